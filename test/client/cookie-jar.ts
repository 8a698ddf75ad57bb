interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** Keeps the cookies of one site as a browser does: by name, sent to their path and below, gone once expired. */
export interface CookieJar {
  /** Takes the `Set-Cookie` headers of an answer. */
  receive(headers: Headers): void;
  /** The `Cookie` header for a path, or undefined if no cookie belongs to it. */
  headerFor(path: string): string | undefined;
  get(name: string): Cookie | undefined;
  copy(): CookieJar;
}

export function cookieJar(cookies: ReadonlyMap<string, Cookie> = new Map()): CookieJar {
  const kept = new Map(cookies);
  return {
    receive(headers) {
      for (const line of headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
        const [name, value] = splitOnce(pair);
        const attribute = new Map(attributes.map(splitOnce).map(([key, text]) => [key.toLowerCase(), text]));
        const expires = attribute.get('expires');
        if (expires !== undefined && Date.parse(expires) <= Date.now()) kept.delete(name);
        else kept.set(name, { value, path: attribute.get('path') ?? '/' });
      }
    },
    headerFor(path) {
      const sent = [...kept].filter(([, cookie]) => isBelow(path, cookie.path));
      return sent.length === 0 ? undefined : sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
    },
    get: (name) => kept.get(name),
    copy: () => cookieJar(kept),
  };
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(parent.endsWith('/') ? parent : `${parent}/`);
}
