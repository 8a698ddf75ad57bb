import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as a handler sees it: whole. */
export interface HttpRequest {
  readonly method: string;
  /** Origin form: path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The TCP peer; undefined once it is gone. */
  readonly remoteAddress: string | undefined;
  /** The Host header, or the authority of a target in absolute form. */
  readonly host: string;
  /** Empty for GET and HEAD, whatever was sent. */
  readonly rawBody: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  /** Besides Content-Type, Content-Length and Connection. */
  readonly headers?: Readonly<Record<string, string>>;
}

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is;

/** The request with its body. A target in absolute form is taken apart (RFC 9112 3.2.2). */
export function wholeRequest(request: IncomingMessage, rawBody: Buffer): HttpRequest {
  const { method = '', url = '', headers, socket } = request;
  const whole = { method, url, headers, remoteAddress: socket.remoteAddress, host: headers.host ?? '', rawBody };
  if (url.startsWith('/')) return whole;
  const [, authority, rest = ''] = ABSOLUTE_FORM.exec(url) ?? [];
  if (authority === undefined) return whole;
  return { ...whole, url: rest.startsWith('/') ? rest : `/${rest}`, host: authority };
}

/** The header fields of a reply; `isLast` announces the end of the connection. */
export function headersOf(reply: HttpReply, isLast: boolean): Record<string, string | number> {
  const headers: Record<string, string | number> = {
    'Content-Type': reply.contentType,
    'Content-Length': Buffer.byteLength(reply.body),
  };
  if (reply.headers !== undefined) Object.assign(headers, reply.headers);
  if (isLast) headers.Connection = 'close';
  return headers;
}

/** The target without its query, which may hold personal data. */
export function pathOf({ url = '' }: IncomingMessage): string {
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? url : url.slice(0, queryAt);
}
