import { activityStream, UserWasActive } from '../../domain/activity/activity.js';
import { SessionCreated } from '../../domain/session/events.js';
import { sessionStream } from '../../domain/session/session.js';
import { BEGINNING, type EventLog } from '../../infra/ports/event-log.js';
import type { EventStore, StoredEvent } from '../../infra/ports/event-store.js';
import type { SessionIndex } from '../../infra/ports/session-index.js';
import type { PastReader } from './past.js';

const PAGE = 1_000;

/** Where sessions and activity are looked for: live sessions in the directory, all else in the log. */
export interface SearchedPlaces {
  readonly index: SessionIndex;
  /** Absent if what only a look at the whole log finds is left out: ended sessions, and activity. */
  readonly scan?: {
    readonly log: Pick<EventLog, 'readAll'>;
    readonly store: Pick<EventStore, 'decode' | 'streamName'>;
  };
}

/** What streams that don't carry a user's id say of the user. */
export interface SessionsAndActivity {
  /** By session. */
  readonly sessions: readonly (readonly StoredEvent[])[];
  readonly activity: readonly StoredEvent[];
}

interface Owner {
  readonly userId: string;
  readonly user: readonly StoredEvent[];
  readonly data: readonly { readonly id: string }[];
}

/** Reads the sessions and the activity of some people. The answer gives those of one of them, by user id. */
export async function sessionsAndActivity(
  reader: PastReader,
  { index, scan }: SearchedPlaces,
  appKey: string,
  people: readonly Owner[],
): Promise<(userId: string) => SessionsAndActivity> {
  const ownerOf = owners(people);
  const userIds = people.flatMap(({ data }) => data.map(({ id }) => id));
  const live = await index.sessionsOf({ appKey, userIds, now: 0 });
  const handles = new Set(live.map(({ handle }) => handle));
  const activity: StoredEvent[] = [];
  if (scan)
    for await (const event of scanned(scan, appKey)) {
      if (ownerOf(event) === undefined) continue;
      if (event.type === SessionCreated.name) handles.add((event.data as { handle: string }).handle);
      else if (reader.isPast(event)) activity.push(event);
    }
  const sessions: (readonly StoredEvent[])[] = [];
  for (const handle of handles) sessions.push(await reader.events(sessionStream(appKey, handle)));
  return (userId) => ({
    sessions: sessions.filter(([created]) => created && ownerOf(created) === userId),
    activity: activity.filter((event) => ownerOf(event) === userId),
  });
}

/** Tells whose an event is. Once the ids are erased, the name of the key that sealed them is what is left to tell by. */
function owners(people: readonly Owner[]): (event: StoredEvent) => string | undefined {
  const byKey = new Map<string, string>();
  const byId = new Map<string, string>();
  for (const { userId, user, data } of people) {
    for (const { metadata } of user) if (metadata.key !== undefined) byKey.set(metadata.key, userId);
    for (const { id } of data) if (!byId.has(id)) byId.set(id, userId);
  }
  return (event) => byKey.get(event.metadata.key ?? '') ?? idsIn(event).flatMap((id) => byId.get(id) ?? [])[0];
}

function idsIn({ type, data }: StoredEvent): readonly string[] {
  if (type === UserWasActive.name) return [(data as ReturnType<typeof UserWasActive>['data']).userId];
  if (type !== SessionCreated.name) return [];
  const { subjectUserId, recipeUserId } = data as ReturnType<typeof SessionCreated>['data'];
  return [subjectUserId, recipeUserId];
}

/** Every session that was made in the app, and all activity. */
async function* scanned(
  { log, store }: NonNullable<SearchedPlaces['scan']>,
  appKey: string,
): AsyncGenerator<StoredEvent> {
  const ofApp = [store.streamName(sessionStream(appKey, '')), store.streamName(activityStream(appKey, 0)).slice(0, -1)];
  const filter = { typePrefixes: [SessionCreated.name, UserWasActive.name] };
  for (let after = BEGINNING; ; ) {
    const page = await log.readAll({ after, limit: PAGE, filter });
    yield* await store.decode(page.filter(({ stream }) => ofApp.some((prefix) => stream.startsWith(prefix))));
    const last = page.at(-1);
    if (!last) return;
    after = last.position;
  }
}
