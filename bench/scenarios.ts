import type { Connection } from './connection.js';
import type { Step } from './load.js';

const PAYLOAD = { role: 'admin', org: 'acme', 'st-ev': { v: true, t: 1_700_000_000_000 } };

interface Tokens {
  readonly session: { readonly handle: string };
  readonly accessToken: { readonly token: string };
  readonly refreshToken: { readonly token: string };
}

/** How many users the sessions belong to, unless a scenario says otherwise. */
export const USERS = 1_000;

let created = 0;

/** Creates a session for the next one of many users. */
export async function createSession(connection: Connection, users = USERS): Promise<Tokens> {
  const userId = `user-${created++ % users}`;
  const body = { userId, userDataInJWT: PAYLOAD, userDataInDatabase: {}, enableAntiCsrf: false };
  return JSON.parse(await connection.request('POST', '/recipe/session', JSON.stringify(body))) as Tokens;
}

/** The session operations, each over sessions of its own connection. */
export const sessionSteps = {
  create: (): Step => async (connection) => {
    await createSession(connection);
  },
  createForNewUsers: (): Step => async (connection) => {
    await createSession(connection, Number.POSITIVE_INFINITY);
  },
  verify: (checkDatabase: boolean): Step => {
    const bodies = new Map<number, string>();
    return async (connection, worker) => {
      let body = bodies.get(worker);
      if (!body) {
        const { accessToken } = await createSession(connection);
        const fields = { accessToken: accessToken.token, doAntiCsrfCheck: false, enableAntiCsrf: false, checkDatabase };
        body = JSON.stringify(fields);
        bodies.set(worker, body);
      }
      await connection.request('POST', '/recipe/session/verify', body);
    };
  },
  refresh: (): Step => {
    const tokens = new Map<number, string>();
    return async (connection, worker) => {
      const refreshToken = tokens.get(worker) ?? (await createSession(connection)).refreshToken.token;
      const body = { refreshToken, enableAntiCsrf: false, useDynamicSigningKey: true };
      const answer = await connection.request('POST', '/recipe/session/refresh', JSON.stringify(body));
      tokens.set(worker, (JSON.parse(answer) as Tokens).refreshToken.token);
    };
  },
  get: (): Step => {
    const handles = new Map<number, string>();
    return async (connection, worker) => {
      let handle = handles.get(worker);
      if (!handle) {
        handle = (await createSession(connection)).session.handle;
        handles.set(worker, handle);
      }
      await connection.request('GET', `/recipe/session?sessionHandle=${handle}`);
    };
  },
} as const;

let signedUp = 0;
const PASSWORD = 'orange-Kite-27';

/** Sign-up and sign-in by email and password. */
export const passwordSteps = {
  signUp: (): Step => async (connection) => {
    const body = { email: `user-${signedUp++}@example.org`, password: PASSWORD };
    await connection.request('POST', '/recipe/signup', JSON.stringify(body));
  },
  signIn: (): Step => {
    const bodies = new Map<number, string>();
    return async (connection, worker) => {
      let body = bodies.get(worker);
      if (!body) {
        body = JSON.stringify({ email: `signin-${signedUp++}@example.org`, password: PASSWORD });
        bodies.set(worker, body);
        await connection.request('POST', '/recipe/signup', body);
      }
      await connection.request('POST', '/recipe/signin', body);
    };
  },
} as const;
