import { type SessionCreated, sessionEvents } from '../../domain/session/events.js';
import { sessionStream } from '../../domain/session/session.js';
import { BEGINNING, type EventLog } from '../../infra/ports/event-log.js';
import type { EventStore, StoredEvent } from '../../infra/ports/event-store.js';
import type { SessionIndex } from '../../infra/ports/session-index.js';
import type { PastReader } from './past.js';

const PAGE = 1_000;
const [CREATED] = sessionEvents;

/** Where sessions are looked for: the live ones in the directory, the ended ones in the log. */
export interface SessionSource {
  readonly index: SessionIndex;
  /** Given if ended sessions are wanted too: all sessions of the log are looked at. */
  readonly scan?: {
    readonly log: Pick<EventLog, 'readAll'>;
    readonly store: Pick<EventStore, 'decode' | 'streamName'>;
  };
}

interface Owner {
  readonly userId: string;
  readonly user: readonly StoredEvent[];
  readonly data: readonly { readonly id: string }[];
}

/** Reads the sessions of some people. The answer gives those of one of them, by user id. */
export async function sessionHistories(
  reader: PastReader,
  { index, scan }: SessionSource,
  appKey: string,
  people: readonly Owner[],
): Promise<(userId: string) => readonly (readonly StoredEvent[])[]> {
  const ownerOf = owners(people);
  const userIds = people.flatMap(({ data }) => data.map(({ id }) => id));
  const live = await index.sessionsOf({ appKey, userIds, now: 0 });
  const handles = new Set(live.map(({ handle }) => handle));
  if (scan) for (const handle of await scanHandles(scan, appKey, ownerOf)) handles.add(handle);
  const byOwner = new Map<string, (readonly StoredEvent[])[]>();
  for (const handle of handles) {
    const events = await reader.events(sessionStream(appKey, handle));
    const owner = events[0] && ownerOf(events[0]);
    if (owner !== undefined) byOwner.set(owner, [...(byOwner.get(owner) ?? []), events]);
  }
  return (userId) => byOwner.get(userId) ?? [];
}

type OwnerOf = (created: StoredEvent) => string | undefined;

/** Tells whose a session is. Once the ids are erased, the name of the key that sealed them is what is left to tell by. */
function owners(people: readonly Owner[]): OwnerOf {
  const byKey = new Map<string, string>();
  const byId = new Map<string, string>();
  for (const { userId, user, data } of people) {
    for (const { metadata } of user) if (metadata.key !== undefined) byKey.set(metadata.key, userId);
    for (const { id } of data) if (!byId.has(id)) byId.set(id, userId);
  }
  return (created) => {
    if (created.type !== CREATED.name) return undefined;
    const { subjectUserId, recipeUserId } = created.data as ReturnType<typeof SessionCreated>['data'];
    return byKey.get(created.metadata.key ?? '') ?? byId.get(subjectUserId) ?? byId.get(recipeUserId);
  };
}

async function scanHandles(
  { log, store }: NonNullable<SessionSource['scan']>,
  appKey: string,
  ownerOf: OwnerOf,
): Promise<readonly string[]> {
  const handles: string[] = [];
  const filter = { streamPrefixes: [store.streamName(sessionStream(appKey, ''))] };
  for (let after = BEGINNING; ; ) {
    const page = await log.readAll({ after, limit: PAGE, filter });
    const created = await store.decode(page.filter(({ type }) => type === CREATED.name));
    for (const event of created)
      if (ownerOf(event) !== undefined) handles.push((event.data as { handle: string }).handle);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return handles;
    after = last.position;
  }
}
