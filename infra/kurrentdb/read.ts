import {
  type AllStreamRecordedEvent,
  BACKWARDS,
  END,
  FORWARDS,
  type KurrentDBClient,
  START,
  type RecordedEvent as StoredEvent,
  StreamNotFoundError,
} from '@kurrent/kurrentdb-client';
import {
  BEGINNING,
  type EventLog,
  type Expected,
  type LogFilter,
  type Position,
  type RecordedEvent,
} from '../ports/event-log.js';
import type { KurrentConnection } from './connection.js';
import { isSystemEvent, positionOf, toRecordedEvent } from './events.js';
import { serverFilter } from './filter.js';

export type KurrentReader = Pick<EventLog, 'readStream' | 'streamState' | 'readAll' | 'head'> & {
  /** The last event of the stream that holds a stream's metadata. */
  streamMetadata(stream: string): Promise<StreamMetadata>;
  /** Where an event that was written stands in the log. */
  findPosition(stream: string, revision: number): Promise<Position>;
};

export interface StreamMetadata {
  readonly revision: Expected;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The key under which a stream's metadata say which of its events are gone. */
export const TRUNCATE_BEFORE = '$tb';

/** The name of the stream that holds a stream's metadata. */
export function metadataStreamOf(stream: string): string {
  return `$$${stream}`;
}

/** How many events one request asks for at most, so that each has a bounded time and size. */
const PAGE = 1_000;

interface StreamPage {
  readonly from: bigint | typeof START | typeof END;
  readonly direction: typeof FORWARDS | typeof BACKWARDS;
  readonly limit: number;
}

/**
 * The read side of the log. Reads run over a second connection in a native module, where nothing can end them: one that
 * is out of time is abandoned.
 */
export function kurrentReader(connection: KurrentConnection): KurrentReader {
  const repeatable = { repeatable: true };

  /** Reads a page of a stream of whatever name; undefined if there is no stream. */
  async function page(stream: string, { from, direction, limit }: StreamPage): Promise<StoredEvent[] | undefined> {
    try {
      return await connection.call(repeatable, (client: KurrentDBClient) =>
        collect(client.readStream(stream, { fromRevision: from, direction, maxCount: limit, requiresLeader: true })),
      );
    } catch (error) {
      if (error instanceof StreamNotFoundError) return undefined;
      throw error;
    }
  }

  async function streamMetadata(stream: string): Promise<StreamMetadata> {
    const last = await page(metadataStreamOf(stream), { from: END, direction: BACKWARDS, limit: 1 });
    const event = last?.[0];
    if (event === undefined) return { revision: 'no-stream', content: {} };
    return { revision: Number(event.revision), content: event.data as Record<string, unknown> };
  }

  async function streamState(stream: string): Promise<Expected> {
    const last = await page(stream, { from: END, direction: BACKWARDS, limit: 1 });
    if (last === undefined) return 'no-stream';
    const [event] = last;
    if (event) return Number(event.revision);
    // Nothing can be read of a stream that is truncated to its end, which `truncate` never goes beyond.
    const truncated = (await streamMetadata(stream)).content[TRUNCATE_BEFORE];
    if (typeof truncated !== 'number') throw new Error(`${stream} has no event, and its metadata don't say why`);
    return truncated - 1;
  }

  return {
    streamMetadata,
    streamState,
    async findPosition(stream, revision) {
      const found = await page(stream, { from: BigInt(revision), direction: FORWARDS, limit: 1 });
      const [event] = (found ?? []).map(toRecordedEvent);
      if (!event) throw new Error(`${stream}@${revision} was written, but can't be read`);
      return event.position;
    },
    async readStream(stream, { from, direction = 'forwards', limit = Number.POSITIVE_INFINITY } = {}) {
      if (limit <= 0)
        return (await streamState(stream)) === 'no-stream' ? { found: false } : { found: true, events: [] };
      const events: RecordedEvent[] = [];
      let next: StreamPage['from'] | undefined = direction === 'forwards' ? START : END;
      if (from !== undefined) next = BigInt(from);
      while (next !== undefined) {
        const wanted = Math.min(limit - events.length, PAGE);
        const found = await page(stream, { from: next, direction, limit: wanted });
        if (found === undefined) return { found: false };
        for (const event of found) events.push(toRecordedEvent(event));
        next = found.length < wanted || events.length >= limit ? undefined : revisionAfter(events, direction);
      }
      return { found: true, events };
    },
    async readAll({ after, limit, filter }) {
      const events: RecordedEvent[] = [];
      let through = after;
      while (events.length < limit) {
        // A read begins with the event that it starts from, which has been read before.
        const wanted = Math.min(limit - events.length, PAGE) + 1;
        const found = await connection.call(repeatable, (client) => readPage(client, through, wanted, filter));
        for (const event of found) {
          const position = positionOf(event);
          if (position <= through) continue;
          through = position;
          if (!isSystemEvent(event) && events.length < limit) events.push(toRecordedEvent(event));
        }
        if (found.length < wanted) break;
      }
      return events;
    },
    async head() {
      const [last] = await connection.call(repeatable, (client) =>
        collect<AllStreamRecordedEvent>(
          client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1, requiresLeader: true }),
        ),
      );
      return last ? positionOf(last) : BEGINNING;
    },
  };

  function readPage(client: KurrentDBClient, after: Position, wanted: number, filter: LogFilter | undefined) {
    return collect<AllStreamRecordedEvent>(
      client.readAll({
        fromPosition: after < 0n ? START : { commit: after, prepare: after },
        direction: FORWARDS,
        maxCount: wanted,
        filter: serverFilter(filter),
        requiresLeader: true,
      }),
    );
  }
}

function revisionAfter(events: readonly RecordedEvent[], direction: 'forwards' | 'backwards'): bigint | undefined {
  const revision = (events.at(-1)?.revision ?? -1) + (direction === 'forwards' ? 1 : -1);
  return revision < 0 ? undefined : BigInt(revision);
}

/** Takes everything from one of the client's iterators. */
async function collect<E>(source: AsyncIterable<{ readonly event?: E }>): Promise<E[]> {
  const found: E[] = [];
  for await (const { event } of source) if (event !== undefined) found.push(event);
  return found;
}
