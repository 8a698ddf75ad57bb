const JSON_TYPE = 'application/json;charset=UTF-8';
const TEXT_TYPE = 'text/html;charset=UTF-8';

/** An answer, whole. Its body ends with exactly one line feed (00-conventions.md 9). */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Besides Content-Type and Content-Length. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A 200 with a JSON object: every success and every business outcome. */
export function ok(value: object, headers?: Reply['headers']): Reply {
  return okRendered(JSON.stringify(value), headers);
}

/** Like {@link ok}, for an object that is already JSON text. */
export function okRendered(json: string, headers?: Reply['headers']): Reply {
  return reply(200, JSON_TYPE, json, headers);
}

/** An error or another plain text. SDKs read bodies as text when the content type starts with `text`. */
export function text(status: number, message: string, headers?: Reply['headers']): Reply {
  return reply(status, TEXT_TYPE, message, headers);
}

/** Sends a browser elsewhere (51-saml.md, legacy routes). */
export function redirect(status: 302 | 307, location: string): Reply {
  return reply(status, TEXT_TYPE, '', { Location: location });
}

/** Any other answer, such as XML. */
export function reply(status: number, contentType: string, content: string, headers?: Reply['headers']): Reply {
  const body = oneLineFeed(content);
  return headers === undefined ? { status, contentType, body } : { status, contentType, body, headers };
}

function oneLineFeed(content: string): string {
  let end = content.length;
  while (end > 0 && content[end - 1] === '\n') end--;
  return `${content.slice(0, end)}\n`;
}
