import { UserWasActive } from '../../../domain/activity/activity.js';
import { EmailVerified } from '../../../domain/emailverification/events.js';
import type { DomainEvent } from '../../../domain/event.js';
import { jsonText } from '../../../domain/json/raw-json.js';
import {
  AccessTokenPayloadReplaced,
  RefreshTokenRotated,
  SessionCreated,
  SessionDataReplaced,
  SessionRevoked,
} from '../../../domain/session/events.js';
import { TenantRemoved } from '../../../domain/tenancy/events.js';
import {
  EmailChanged,
  EmailPasswordUserSignedUp,
  PasswordResetTokenIssued,
  PasswordResetTokensVoided,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../../domain/user/events.js';
import type { RecordedEvent } from '../../../infra/ports/event-log.js';

export const APP = 'public';
export const START = 1_700_000_000_000;
const HOUR = 3_600_000;

/** Ids and emails that the orders of languages, of UTF-16 and of UTF-8 put differently. */
const NAMES = [
  'a',
  'B',
  'z',
  'Z',
  'ä',
  'Ä',
  'é',
  '_x',
  '-y',
  '0',
  'ß',
  'ss',
  'ｚ',
  '😀',
  "o'k",
  'a b',
  'a%',
  'a\\',
  '‏א',
];

/** The people of the history: ids that Annals makes, and some that it would not. */
export const people: readonly string[] = [
  ...NAMES,
  ...Array.from({ length: 12 }, (_, n) => `${(n * 7) % 12}0000000-0000-4000-8000-00000000000${n % 10}`.slice(-36)),
];

export const emailOf = (id: string): string => `${id}@${id.length % 2 ? 'example.org' : 'Beispiel.de'}`;
export const sessionOf = (n: number): string => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const hashOf = (n: number): string => String(n).padStart(64, '0');

/** What happened to them, as views read it. */
export function history(): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const add = (stream: string, { type, data }: DomainEvent) => {
    const position = BigInt(events.length);
    events.push({
      ...{ stream, type, position, id: `event-${position}`, revision: 0, recordedAt: 0, metadata: {} },
      data: JSON.stringify(data),
    });
  };

  for (const [n, userId] of people.entries()) {
    // Several join at the same time, and some long before 1970's seconds fill 32 bits of milliseconds.
    const at = START + Math.floor(n / 3) * HOUR;
    const own = { app: APP, userId, at };
    const stream = `user-${APP}.${n}`;
    const tenant = n % 4 === 3 ? 't1' : 'public';
    const cause = n % 5 === 4 ? 'import' : 'signup';
    add(stream, EmailPasswordUserSignedUp({ ...own, tenant, email: emailOf(userId), passwordHash: 'h', cause }));
    add(stream, UserAssociatedWithTenant({ ...own, tenant: n % 3 === 0 ? 't2' : 't1' }));
    if (n % 6 === 1) add(stream, UserDisassociatedFromTenant({ ...own, tenant }));
    if (n % 4 === 0)
      add(stream, EmailChanged({ ...own, oldEmail: emailOf(userId), newEmail: `New.${emailOf(userId)}` }));
    if (n % 3 === 1)
      add(
        `emailverification-${APP}.${n}`,
        EmailVerified({ ...own, keyName: `key.${n}`, email: emailOf(userId), cause: 'fake' }),
      );
    if (n % 2 === 0)
      add(
        stream,
        PasswordResetTokenIssued({ ...own, tokenHash: hashOf(n), email: emailOf(userId), expiresAt: at + HOUR }),
      );
    if (n % 8 === 0) add(stream, PasswordResetTokensVoided({ ...own, tokenHash: hashOf(n), cause: 'consumed' }));
    add(`activity-${APP}.${n}`, UserWasActive({ ...own, at: at + (n % 2 ? HOUR : -HOUR) }));
    addSession(userId, n, at);
    if (n % 10 === 9) add(stream, UserDeleted(own));
  }
  add(
    `app-${APP}`,
    TenantRemoved({ cud: '', appId: 'public', appKey: APP, tenantId: 't2', tenantKey: 't2', at: START }),
  );
  return events;

  function addSession(userId: string, n: number, at: number): void {
    const handle = sessionOf(n);
    const stream = `session-${APP}.${handle}`;
    const payload = jsonText(`{"n": ${n}, "name": ${JSON.stringify(userId)}}`);
    add(
      stream,
      SessionCreated({
        ...{ app: APP, tenant: 'public', tenantId: 'public', handle, owner: 'known', at },
        ...{ recipeUserId: userId, subjectUserId: userId, primaryUserId: userId, refreshTokenHash2: hashOf(n) },
        ...{ userDataInJWT: payload, userDataInDatabase: payload, useStaticKey: n % 2 === 0, expiresAt: at + HOUR },
      }),
    );
    if (n % 2 === 0)
      add(
        stream,
        RefreshTokenRotated({ newHash2: hashOf(n + 500), prevHash2: hashOf(n), expiresAt: at + 2 * HOUR, at }),
      );
    if (n % 3 === 0) add(stream, SessionDataReplaced({ userDataInDatabase: jsonText('{"é":"\\u0000"}'), at }));
    if (n % 5 === 0) add(stream, AccessTokenPayloadReplaced({ userDataInJWT: jsonText('{"x":1.0}'), at }));
    if (n % 7 === 0) add(stream, SessionRevoked({ reason: 'handle', at }));
  }
}
