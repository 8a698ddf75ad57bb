import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ANNALS } from '../support/annals-process.js';
import { type CdiClient, cdiClient } from '../support/cdi.js';
import { type Annals, startAnnals } from '../support/service.js';

const KILLS = 4;
const SIGN_UP_CLIENTS = 4;
const SESSION_CLIENTS = 8;
const ROUND_MS = 20_000;
const REFRESHES = 2;

/** What clients were told. */
interface Acknowledged {
  /** Emails whose sign-up was answered OK, with the user id that was answered. */
  readonly users: Map<string, string>;
  /** The last refresh token that each session's client was given. */
  readonly sessions: Map<string, { readonly refreshToken: string }>;
  /** Sessions whose revocation was answered OK. */
  readonly revoked: Set<string>;
}

const refreshBody = (refreshToken: string) => ({ refreshToken, enableAntiCsrf: false, useDynamicSigningKey: true });

/** Works until the service is gone. An answer that did not come promises nothing. */
async function untilKilled(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}

async function signUpClient(cdi: CdiClient, told: Acknowledged, name: string): Promise<void> {
  let i = 0;
  await untilKilled(async () => {
    const email = `${name}-${i++}@example.org`;
    const { json } = await cdi.post('/recipe/signup', { email, password: 'p' });
    if (json.status === 'OK') told.users.set(email, json.user.id);
  });
}

async function sessionClient(cdi: CdiClient, told: Acknowledged, userId: string): Promise<void> {
  let handle: string | undefined;
  let refreshes = 0;
  await untilKilled(async () => {
    if (handle === undefined) {
      const body = { userId, userDataInJWT: {}, userDataInDatabase: { n: 1 }, enableAntiCsrf: false };
      const { json } = await cdi.post('/recipe/session', body);
      handle = json.session.handle as string;
      refreshes = 0;
      told.sessions.set(handle, { refreshToken: json.refreshToken.token });
      return;
    }
    if (refreshes++ === REFRESHES) {
      // Until the answer is there, nobody knows which of the two it is.
      told.sessions.delete(handle);
      const { json } = await cdi.post('/recipe/session/remove', { sessionHandles: [handle] });
      expect(json.sessionHandlesRevoked).to.deep.equal([handle]);
      told.revoked.add(handle);
      handle = undefined;
      return;
    }
    const current = told.sessions.get(handle)?.refreshToken ?? '';
    const { json } = await cdi.post('/recipe/session/refresh', refreshBody(current));
    expect(json.status).to.equal('OK');
    told.sessions.set(handle, { refreshToken: json.refreshToken.token });
  });
}

/** Resolves once every kind of write was acknowledged several times since now. */
async function enoughDone(told: Acknowledged): Promise<void> {
  const wanted = { users: told.users.size + 10, revoked: told.revoked.size + 3 };
  const deadline = Date.now() + ROUND_MS;
  while (told.users.size < wanted.users || told.revoked.size < wanted.revoked) {
    if (Date.now() > deadline) throw new Error('the clients did not get far enough before the kill');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('SIGKILL under load', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    // A rotation that was written but not answered is found by its retry, however long the rounds take.
    annals = await startAnnals({ env: { REFRESH_TOKEN_ROTATION_GRACE_PERIOD: '300' } });
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('loses nothing that was acknowledged, shows nothing half done, and leaves views equal to a rebuild', async function () {
    this.timeout(120_000);
    const told: Acknowledged = { users: new Map(), sessions: new Map(), revoked: new Set() };
    for (let round = 0; round < KILLS; round++) {
      const clients = [
        ...Array.from({ length: SIGN_UP_CLIENTS }, (_, i) => signUpClient(cdi, told, `kill-${round}-${i}`)),
        ...Array.from({ length: SESSION_CLIENTS }, (_, i) => sessionClient(cdi, told, `killed-user-${round}-${i}`)),
      ];
      await enoughDone(told);
      await annals.killAndRestart();
      await Promise.all(clients);
    }
    expect(told.users.size, 'sign-ups happened').to.be.greaterThan(KILLS * SIGN_UP_CLIENTS);
    expect(told.revoked.size, 'revocations happened').to.be.greaterThan(0);

    const listed = await allUsers(cdi);
    const holders = new Map<string, string>();
    for (const user of listed) {
      expect(user.loginMethods, 'a whole user').to.have.length(1);
      for (const email of user.emails) {
        expect(holders.has(email), `two users hold ${email}`).to.equal(false);
        holders.set(email, user.id);
      }
    }
    for (const [email, id] of told.users) expect(holders.get(email), email).to.equal(id);

    for (const [handle, { refreshToken }] of told.sessions) {
      const { json: session } = await cdi.get(`/recipe/session?sessionHandle=${handle}`);
      expect(session.status, `session ${handle}`).to.equal('OK');
      const { json } = await cdi.post('/recipe/session/refresh', refreshBody(refreshToken));
      expect(json.status, 'the last acknowledged refresh token is not held for theft').to.equal('OK');
    }
    for (const handle of told.revoked) {
      const { json } = await cdi.get(`/recipe/session?sessionHandle=${handle}`);
      expect(json.status, `revoked session ${handle}`).to.equal('UNAUTHORISED');
    }

    const verified = await promisify(execFile)(process.execPath, [ANNALS, 'projections', 'verify'], {
      env: { ...process.env, ANNALS_DATA_DIR: annals.dataDir },
    });
    expect(verified.stdout)
      .to.match(/directory.*equal/i)
      .and.to.match(/sessions.*equal/i);
  });
});

interface ListedUser {
  readonly id: string;
  readonly emails: readonly string[];
  readonly loginMethods: readonly unknown[];
}

async function allUsers(cdi: CdiClient): Promise<ListedUser[]> {
  const users: ListedUser[] = [];
  let token: string | undefined;
  do {
    const page = token === undefined ? '' : `&paginationToken=${encodeURIComponent(token)}`;
    const { json } = await cdi.get(`/users?limit=500${page}`);
    users.push(...json.users);
    token = json.nextPaginationToken;
  } while (token !== undefined);
  return users;
}
