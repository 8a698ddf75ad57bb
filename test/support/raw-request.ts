import { Agent, request } from 'node:http';

/** An answer as its bytes said it, without the conveniences of `fetch`. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

export interface RawCall {
  readonly port: number;
  readonly method: string;
  /** Sent as it is: neither escaped nor resolved. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer | undefined;
  readonly agent?: Agent;
}

/** Sends a request that `fetch` would refuse or mend: any method, any path, any header. */
export function rawRequest({ port, method, path, headers, body, agent }: RawCall): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    // Left alone, Node sends the body of a GET or DELETE without saying how long it is.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers } as Record<string, string>, agent },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Connections that are kept between requests. */
export function keepAliveAgent(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections });
}
