import { expect } from 'chai';
import { type CdiAnswer, type CdiClient, cdiClient } from '../support/cdi.js';

/** What clients at work were told. */
export interface Told {
  /** Emails by the id of the user whose sign-up was acknowledged. */
  readonly users: Map<string, string>;
  /** The last refresh token of each session that was acknowledged. */
  readonly sessions: Map<string, string>;
  readonly statuses: Map<number, number>;
  /** Requests without an answer, because the connection broke or could not be made. */
  broken: number;
  /** The bodies of answers that are neither 200 nor 503. */
  readonly wrong: string[];
  /** What was acknowledged and was not in the next answer. */
  readonly stale: string[];
}

/** Clients that sign people up and keep sessions, until they are stopped. */
export interface Clients {
  readonly told: Told;
  /** Resolves once so many more sign-ups were acknowledged. */
  furtherSignUps(count: number): Promise<void>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;
/** Between two requests of a client: faults are to happen under load, not on a machine that has no time for anything. */
const THINKING_MS = 20;
/** How many look at once for what has to be there. */
const AT_ONCE = 8;

const KIND = { enableAntiCsrf: false, useDynamicSigningKey: true };
export const sessionBody = (userId: string) => ({ userId, userDataInJWT: { a: 1 }, userDataInDatabase: {}, ...KIND });
export const refreshBody = (refreshToken: string) => ({ refreshToken, ...KIND });

/**
 * Starts clients. What they are not answered, because the service is gone, promises nothing. Given several URLs they send
 * each request to the next one, as behind a balancer: what one says is to be known to the others.
 */
export function startClients(urls: string | readonly string[], name: string, count: number): Clients {
  const gateways = [urls].flat().map((url) => cdiClient(url));
  let turn = 0;
  const next = (): CdiClient => gateways[turn++ % gateways.length] ?? cdiClient('');
  const told: Told = { users: new Map(), sessions: new Map(), statuses: new Map(), broken: 0, wrong: [], stale: [] };
  let stopped = false;

  async function answered(request: Promise<CdiAnswer>): Promise<CdiAnswer['json'] | undefined> {
    try {
      const { status, text, json, headers } = await request;
      told.statuses.set(status, (told.statuses.get(status) ?? 0) + 1);
      if (status === 200) return json;
      if (status !== 503 || !headers.has('retry-after')) told.wrong.push(`${status} ${text}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      told.broken++;
    } finally {
      await new Promise((resolve) => setTimeout(resolve, THINKING_MS));
    }
    return undefined;
  }

  async function work(client: number): Promise<void> {
    for (let n = 0; !stopped; n++) {
      const email = `${name}-${client}-${n}@example.org`;
      const signedUp = await answered(next().post('/recipe/signup', { email, password: 'p' }));
      if (signedUp?.status !== 'OK') continue;
      told.users.set(signedUp.user.id, email);
      const created = await answered(next().post('/recipe/session', sessionBody(signedUp.user.id)));
      if (!created) continue;
      told.sessions.set(created.session.handle, created.refreshToken.token);
      const refreshed = await answered(next().post('/recipe/session/refresh', refreshBody(created.refreshToken.token)));
      if (refreshed) told.sessions.set(created.session.handle, refreshed.refreshToken.token);
      // Its token may or may not have been replaced.
      else told.sessions.delete(created.session.handle);
      const found = await answered(next().get(`/user/id?userId=${signedUp.user.id}`, '5.3'));
      if (found && found.user?.emails[0] !== email) told.stale.push(`no user ${email}`);
      const { handle } = created.session;
      const kept = await answered(next().get(`/recipe/session?sessionHandle=${handle}`));
      if (kept && kept.status !== 'OK') told.stale.push(`no session of ${email}`);
      if (n % 2 === 0) continue;
      told.sessions.delete(handle);
      const removed = await answered(next().post('/recipe/session/remove', { sessionHandles: [handle] }));
      const gone = removed && (await answered(next().get(`/recipe/session?sessionHandle=${handle}`)));
      if (gone && gone.status !== 'UNAUTHORISED') told.stale.push(`a session of ${email} that was removed`);
    }
  }

  const working = Array.from({ length: count }, (_, client) => work(client));
  return {
    told,
    async furtherSignUps(more) {
      const wanted = told.users.size + more;
      const deadline = Date.now() + PATIENCE_MS;
      while (told.users.size < wanted) {
        if (Date.now() > deadline) throw new Error(`only ${told.users.size} of ${wanted} sign-ups were acknowledged`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      stopped = true;
      await Promise.all(working);
    },
  };
}

/** Makes sure that what was acknowledged is there: users who can sign in, and sessions that can be refreshed. */
export async function expectAllThere(cdi: CdiClient, { users, sessions }: Told): Promise<void> {
  const checks = [
    ...[...users].map(([id, email]) => async () => {
      const { json } = await cdi.post('/recipe/signin', { email, password: 'p' });
      expect(json?.user?.id, email).to.equal(id);
    }),
    ...[...sessions].map(([handle, refreshToken]) => async () => {
      const { json } = await cdi.post('/recipe/session/refresh', refreshBody(refreshToken));
      expect(json?.status, `session ${handle}`).to.equal('OK');
    }),
  ];
  const worker = async (): Promise<void> => {
    for (let check = checks.pop(); check; check = checks.pop()) await check();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
