import { emailVerificationStream } from '../../domain/emailverification/email-verification.js';
import type { StreamId } from '../../domain/event.js';
import { identityStream } from '../../domain/identity/identity.js';
import { type AccountInfo, accountInfosOf } from '../../domain/user/login-method.js';
import { isUserId, User, userStream } from '../../domain/user/user.js';
import { externalUserIdStream, userIdMappingStream } from '../../domain/useridmapping/user-id-mapping.js';
import { userMetadataStream } from '../../domain/usermetadata/user-metadata.js';
import { userRolesStream } from '../../domain/userroles/user-roles.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import { type AuditEntry, auditEntry } from './entry.js';
import type { PastReader } from './past.js';
import { type SessionSource, sessionHistories } from './sessions.js';

/** How somebody stands, or stood, to the user who was asked for. */
export type Relation = 'user' | 'primary user' | 'linked login method';

/** What is kept under one id by which a person is or was known. */
export interface DataOfId {
  readonly id: string;
  readonly verification: readonly StoredEvent[];
  readonly metadata: readonly StoredEvent[];
  readonly roles: readonly StoredEvent[];
}

/** One login method, or an id that is no user's but has data, with its events by stream. */
export interface Person {
  readonly userId: string;
  readonly relation: Relation;
  readonly user: readonly StoredEvent[];
  readonly mapping: readonly StoredEvent[];
  /** Of the streams of its external ids, what is about this person. */
  readonly externalIds: readonly StoredEvent[];
  readonly data: readonly DataOfId[];
  readonly identities: readonly StoredEvent[];
  /** By session. */
  readonly sessions: readonly (readonly StoredEvent[])[];
}

/** The user who was asked for first, then those it was ever linked with. */
export type History = readonly [Person, ...Person[]];

export interface Sought {
  readonly appKey: string;
  /** A SuperTokens id or an external one. */
  readonly id: string;
}

type PersonWithoutIndexed = Omit<Person, 'identities' | 'sessions'>;

/**
 * Reads everything that the log says of a user; undefined if that is nothing.
 *
 * @param sessions where sessions are looked for
 */
export async function userHistory(
  reader: PastReader,
  sessions: SessionSource,
  { appKey, id }: Sought,
): Promise<History | undefined> {
  const userId = await resolve(reader, appKey, id);
  const asked = await readPerson(reader, appKey, userId, 'user', userId === id ? [] : [id]);
  const people = [asked];
  for (const [otherId, relation] of neighboursOf(asked.user))
    people.push(await readPerson(reader, appKey, otherId, relation, []));
  const identities = await readIdentities(reader, appKey, people);
  const sessionsOf = await sessionHistories(reader, sessions, appKey, people);
  const complete = people.map((person) => ({
    ...person,
    identities: identities.filter((event) => (event.data as { userId: string }).userId === person.userId),
    sessions: sessionsOf(person.userId),
  }));
  const [first, ...others] = complete;
  return first && eventsOf(first).length > 0 ? [first, ...others] : undefined;
}

/** All events of a history, in the order of the log. */
export function historyEntries(history: History): readonly AuditEntry[] {
  const found = new Map<string, { event: StoredEvent; person: Person }>();
  for (const person of history)
    for (const event of eventsOf(person)) if (!found.has(event.id)) found.set(event.id, { event, person });
  return [...found.values()]
    .sort((a, b) => Number(a.event.position - b.event.position))
    .map(({ event, person }) => auditEntry(event, person));
}

function eventsOf(person: Person): readonly StoredEvent[] {
  const { user, mapping, externalIds, data, identities, sessions } = person;
  const kept = data.flatMap(({ verification, metadata, roles }) => [...verification, ...metadata, ...roles]);
  return [...user, ...mapping, ...externalIds, ...kept, ...identities, ...sessions.flat()];
}

/** The user that an id stands for, or the last one it stood for as an external id; itself if there never was one. */
async function resolve(reader: PastReader, appKey: string, id: string): Promise<string> {
  if (isUserId(id) && (await reader.events(userStream(appKey, id))).length > 0) return id;
  const taken = (await reader.events(externalUserIdStream(appKey, id))).at(-1);
  return taken ? (taken.data as { userId: string }).userId : id;
}

async function readPerson(
  reader: PastReader,
  appKey: string,
  userId: string,
  relation: Relation,
  alsoKnownAs: readonly string[],
): Promise<PersonWithoutIndexed> {
  const own = (stream: (appKey: string, userId: string) => StreamId) =>
    isUserId(userId) ? reader.events(stream(appKey, userId)) : [];
  const mapping = await own(userIdMappingStream);
  const mapped = mapping.map((event) => (event.data as { externalUserId?: string | null }).externalUserId ?? userId);
  const externalIds: StoredEvent[] = [];
  const data: DataOfId[] = [];
  for (const id of new Set([userId, ...alsoKnownAs, ...mapped])) {
    const taken = await reader.events(externalUserIdStream(appKey, id));
    externalIds.push(...taken.filter((event) => (event.data as { userId: string }).userId === userId));
    data.push({
      id,
      verification: await reader.events(emailVerificationStream(appKey, id)),
      metadata: await reader.events(userMetadataStream(appKey, id)),
      roles: await reader.events(userRolesStream(appKey, id)),
    });
  }
  return { userId, relation, user: await own(userStream), mapping, externalIds, data };
}

function neighboursOf(events: readonly StoredEvent[]): ReadonlyMap<string, Relation> {
  const found = new Map<string, Relation>();
  for (const { type, data } of events) {
    const { primaryUserId, recipeUserId } = data as { primaryUserId?: string; recipeUserId?: string };
    if (type === 'LinkedToPrimary' && primaryUserId) found.set(primaryUserId, 'primary user');
    if (type === 'LoginMethodLinked' && recipeUserId) found.set(recipeUserId, 'linked login method');
  }
  return found;
}

/** Reads the streams of every account info that one of the people ever had, in every tenant that one was ever in. */
async function readIdentities(
  reader: PastReader,
  appKey: string,
  people: readonly PersonWithoutIndexed[],
): Promise<readonly StoredEvent[]> {
  const tenantKeys = new Set<string>();
  const infos = new Map<string, AccountInfo>();
  for (const { user } of people) {
    let state = User.initial;
    for (const event of user) {
      state = User.evolve(state, event as unknown as Parameters<typeof User.evolve>[1]);
      for (const tenantKey of state.method?.tenants ?? []) tenantKeys.add(tenantKey);
      const known = state.method && !event.erased ? accountInfosOf(state.method) : [];
      for (const info of known) infos.set(`${info.kind} ${info.value}`, info);
    }
  }
  const ids = new Set(people.map(({ userId }) => userId));
  const found: StoredEvent[] = [];
  for (const tenantKey of tenantKeys)
    for (const { kind, value } of infos.values())
      found.push(...(await reader.events(identityStream(appKey, tenantKey, kind, value))));
  return found.filter((event) => ids.has((event.data as { userId: string }).userId));
}
