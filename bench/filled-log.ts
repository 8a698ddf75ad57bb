import { randomUUID } from 'node:crypto';
import type { Stores } from '../cli/service/stores.js';
import { IdentityClaimed, identityStream } from '../domain/identity/identity.js';
import { jsonText } from '../domain/json/raw-json.js';
import { RefreshTokenRotated, SessionCreated } from '../domain/session/events.js';
import { sessionStream } from '../domain/session/session.js';
import { EmailPasswordUserSignedUp } from '../domain/user/events.js';
import { userStream, userSubject } from '../domain/user/user.js';
import type { NewEvent } from '../infra/ports/event-store.js';

/** Users, or sessions, whose events go into one append. */
const AT_ONCE = 150;
const APPENDS_UNDER_WAY = 4;
const LIFETIME_MS = 100 * 24 * 3_600_000;
const APP = 'public';
const TENANT = { app: APP, tenant: 'public' };
const METADATA = { $correlationId: 'bench', actor: 'bench', command: 'fill' };
const PAYLOAD = jsonText('{"role":"admin","org":"acme","st-ev":{"v":true,"t":1700000000000}}');
const HASH = 'ab'.repeat(32);
/** As long as a real one. */
const PASSWORD_HASH = `$argon2id$v=19$m=87795,t=1,p=2$${'a'.repeat(22)}$${'b'.repeat(43)}`;

/**
 * Appends what sign-ups and refreshed sessions leave in the log, without a service: hashing and signing would take hours.
 *
 * @param at ms since the epoch
 */
export async function fillLog(
  { store }: Pick<Stores, 'store'>,
  users: number,
  sessions: number,
  at: number,
): Promise<void> {
  const ids = Array.from({ length: users }, () => randomUUID());
  await appendAll(store, ids.length, (n) => eventsOfUser(ids[n] ?? '', n, at));
  await appendAll(store, sessions, (n) => eventsOfSession(ids[n % users] ?? '', at));
}

async function appendAll(
  store: Stores['store'],
  count: number,
  eventsOf: (n: number) => readonly NewEvent[],
): Promise<void> {
  let next = 0;
  async function work(): Promise<void> {
    while (next < count) {
      const from = next;
      next += AT_ONCE;
      const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => eventsOf(from + n)).flat();
      const appended = await store.append(await store.encode(some, METADATA), []);
      if (!appended.ok) throw new Error('the log refused an append');
    }
  }
  await Promise.all(Array.from({ length: APPENDS_UNDER_WAY }, work));
}

function eventsOfUser(userId: string, n: number, at: number): readonly NewEvent[] {
  const email = `user-${String(n).padStart(8, '0')}@example.org`;
  const facts = { ...TENANT, userId, at: at + n };
  return [
    {
      stream: identityStream(APP, 'public', 'email', email),
      event: IdentityClaimed({ recipe: 'emailpassword', userId, at }),
      subject: undefined,
    },
    {
      stream: userStream(APP, userId),
      event: EmailPasswordUserSignedUp({ ...facts, email, passwordHash: PASSWORD_HASH, cause: 'signup' }),
      subject: userSubject(APP, userId),
    },
  ];
}

function eventsOfSession(userId: string, at: number): readonly NewEvent[] {
  const handle = randomUUID();
  const ids = { recipeUserId: userId, subjectUserId: userId, primaryUserId: userId };
  const own = { stream: sessionStream(APP, handle), subject: userSubject(APP, userId) };
  const created = SessionCreated({
    ...{ ...TENANT, tenantId: 'public', handle, owner: 'known', ...ids, refreshTokenHash2: HASH, useStaticKey: false },
    ...{ userDataInJWT: PAYLOAD, userDataInDatabase: jsonText('{}'), expiresAt: at + LIFETIME_MS, at },
  });
  const rotated = RefreshTokenRotated({ newHash2: HASH, prevHash2: HASH, expiresAt: at + LIFETIME_MS + 1, at });
  return [
    { ...own, event: created },
    { ...own, event: rotated },
  ];
}
