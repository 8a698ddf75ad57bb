/** An answer of the service: its JSON if it is JSON, and its text as it came. */
export interface CdiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body of a JSON answer, else undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface CdiCall {
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  /** `cdi-version`; none is sent when absent. */
  readonly cdi?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a running service the way SDKs do. */
export interface CdiClient {
  call(method: string, path: string, options?: CdiCall): Promise<CdiAnswer>;
  get(path: string, cdi?: string): Promise<CdiAnswer>;
  post(path: string, body: unknown, cdi?: string): Promise<CdiAnswer>;
  put(path: string, body: unknown, cdi?: string): Promise<CdiAnswer>;
  /** The same client below a path, such as `/appid-a1`. */
  at(prefix: string): CdiClient;
}

/** @param url of the service, without a trailing slash */
export function cdiClient(url: string): CdiClient {
  const call = async (method: string, path: string, options: CdiCall = {}): Promise<CdiAnswer> => {
    const { body, cdi, headers = {} } = options;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...(cdi === undefined ? {} : { 'cdi-version': cdi }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
  const withCdi = (cdi: string | undefined) => (cdi === undefined ? {} : { cdi });
  return {
    call,
    get: (path, cdi) => call('GET', path, withCdi(cdi)),
    post: (path, body, cdi) => call('POST', path, { body, ...withCdi(cdi) }),
    put: (path, body, cdi) => call('PUT', path, { body, ...withCdi(cdi) }),
    at: (prefix) => cdiClient(`${url}${prefix}`),
  };
}
