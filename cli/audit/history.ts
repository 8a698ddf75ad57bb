import { emailVerificationStream } from '../../domain/emailverification/email-verification.js';
import type { StreamId } from '../../domain/event.js';
import { isUserId, userStream } from '../../domain/user/user.js';
import { externalUserIdStream, userIdMappingStream } from '../../domain/useridmapping/user-id-mapping.js';
import { userMetadataStream } from '../../domain/usermetadata/user-metadata.js';
import { userRolesStream } from '../../domain/userroles/user-roles.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import { type AccountInfoEvent, accountInfoEvents } from './account-infos.js';
import { type AuditEntry, auditEntry } from './entry.js';
import type { PastReader } from './past.js';
import { type SearchedPlaces, type SessionsAndActivity, sessionsAndActivity } from './sessions-and-activity.js';

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
export interface Person extends SessionsAndActivity {
  readonly userId: string;
  readonly relation: Relation;
  readonly user: readonly StoredEvent[];
  readonly mapping: readonly StoredEvent[];
  /** Of the streams of its external ids, what is about this person. */
  readonly externalIds: readonly StoredEvent[];
  readonly data: readonly DataOfId[];
  /** Who held its account infos, and failed sign-ins by them. */
  readonly accountInfos: readonly AccountInfoEvent[];
}

/** The user who was asked for first, then those it was ever linked with, under any primary user. */
export type History = readonly [Person, ...Person[]];

export interface Sought {
  readonly appKey: string;
  /** A SuperTokens id or an external one. */
  readonly id: string;
}

type PersonInOwnStreams = Omit<Person, 'accountInfos' | keyof SessionsAndActivity>;

/**
 * Reads everything that the log says of a user; undefined if that is nothing.
 *
 * @param places where sessions and activity are looked for
 */
export async function userHistory(
  reader: PastReader,
  places: SearchedPlaces,
  { appKey, id }: Sought,
): Promise<History | undefined> {
  const userId = await resolve(reader, appKey, id);
  const asked = await readPerson(reader, appKey, userId, 'user', userId === id ? [] : [id]);
  const people = [asked];
  const meet = async ({ user }: PersonInOwnStreams) => {
    for (const [otherId, relation] of neighboursOf(user))
      if (!people.some((person) => person.userId === otherId))
        people.push(await readPerson(reader, appKey, otherId, relation, []));
  };
  await meet(asked);
  for (const person of people.filter(({ relation }) => relation === 'primary user')) await meet(person);
  const accountInfosOf = await accountInfoEvents(reader, appKey, people);
  const foundOf = await sessionsAndActivity(reader, places, appKey, people);
  const complete = people.map((person) => ({
    ...person,
    accountInfos: accountInfosOf(person.userId),
    ...foundOf(person.userId),
  }));
  const [first, ...others] = complete;
  return first && toldOf(first).length > 0 ? [first, ...others] : undefined;
}

/** All events of a history, in the order of the log. */
export function historyEntries(history: History): readonly AuditEntry[] {
  const found = new Map<string, { told: Told; person: Person }>();
  for (const person of history)
    for (const told of toldOf(person)) if (!found.has(told.event.id)) found.set(told.event.id, { told, person });
  return [...found.values()]
    .sort((a, b) => Number(a.told.event.position - b.told.event.position))
    .map(({ told, person }) => auditEntry(told.event, person, told.accountInfo));
}

type Told = Pick<AccountInfoEvent, 'event'> & Partial<AccountInfoEvent>;

function toldOf({ user, mapping, externalIds, data, sessions, activity, accountInfos }: Person): readonly Told[] {
  const kept = data.flatMap(({ verification, metadata, roles }) => [...verification, ...metadata, ...roles]);
  const events = [...user, ...mapping, ...externalIds, ...kept, ...sessions.flat(), ...activity];
  return [...events.map((event) => ({ event })), ...accountInfos];
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
): Promise<PersonInOwnStreams> {
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
