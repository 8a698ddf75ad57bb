/** An answer of the app. */
export interface AppAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface AppRequest {
  readonly body?: unknown;
  /** On top of what the front end sends by itself; undefined leaves a header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** What a front end holds of its session. */
export interface HeldTokens {
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly antiCsrf: string | undefined;
}

/** A user's front end: sends the tokens that it was given, keeps those that it is sent. */
export interface FrontEnd {
  request(method: string, path: string, request?: AppRequest): Promise<AppAnswer>;
  /** `POST /auth/session/refresh` with the refresh token. */
  refresh(request?: AppRequest): Promise<AppAnswer>;
  tokens(): HeldTokens;
  /** The same tokens somewhere else, where they go their own way: on another device, or with a thief. */
  copy(): FrontEnd;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** Sends one request and reads its answer. */
export async function send(
  url: string,
  method: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: unknown,
): Promise<AppAnswer> {
  const sent = { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(
      Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
