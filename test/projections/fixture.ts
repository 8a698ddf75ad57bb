import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transaction } from 'kysely';
import type { CaughtUp, EventLog, RecordedEvent } from '../../infra/ports/event-log.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import { isSqliteFault } from '../../infra/sql/busy.js';
import { openSqlite, SHORT_BUSY_TIMEOUT_MS } from '../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, createBookkeeping, sqlViewTarget } from '../../infra/sql/view-target.js';
import type { ParkedStream, View } from '../../projections/runner/view.js';
import { createTables, integer, type TableShapes, text } from '../../projections/sql/table-shape.js';

/** A log in memory that can be fed while it is read. Positions are the indexes of its events. */
export interface MemoryLog extends Pick<EventLog, 'readAll' | 'readStream' | 'head' | 'subscribe'> {
  readonly events: RecordedEvent[];
  add(stream: string, type: string, data?: object): RecordedEvent;
  /** How many subscriptions are open. */
  readonly open: number;
  /** Ends all subscriptions, as if the log were closed. */
  hangUp(): void;
}

type Tables = { totals: { stream: string; amount: number; last: string } };

export type SampleTables = Tables & BookkeepingTables;

export const sampleShapes: TableShapes<Tables> = {
  totals: {
    columns: { stream: text, amount: integer, last: text },
    primaryKey: ['stream'],
    indexes: [['amount']],
  },
};

export function memoryLog(): MemoryLog {
  const events: RecordedEvent[] = [];
  const wakers = new Set<() => void>();
  let open = 0;
  let hangUps = 0;
  const wakeAll = () => {
    for (const wake of [...wakers]) wake();
  };

  async function* subscribe({
    after,
    signal,
  }: Parameters<EventLog['subscribe']>[0]): AsyncGenerator<RecordedEvent | CaughtUp> {
    const ended = hangUps;
    let next = Number(after) + 1;
    open++;
    signal.addEventListener('abort', wakeAll);
    try {
      while (!signal.aborted && hangUps === ended) {
        const event = events[next];
        if (event) {
          next++;
          yield event;
          continue;
        }
        yield { caughtUp: true, position: BigInt(next - 1) };
        if (signal.aborted || events[next]) continue;
        await new Promise<void>((resolve) => {
          wakers.add(resolve);
        });
        wakers.clear();
      }
    } finally {
      open--;
    }
  }

  return {
    events,
    add(stream, type, data = {}) {
      const revision = events.filter((event) => event.stream === stream).length;
      const position = BigInt(events.length);
      const event: RecordedEvent = {
        ...{ stream, type, revision, position, id: `id-${position}`, data: JSON.stringify(data) },
        ...{ metadata: {}, recordedAt: 0 },
      };
      events.push(event);
      wakeAll();
      return event;
    },
    get open() {
      return open;
    },
    hangUp() {
      hangUps++;
      wakeAll();
    },
    subscribe,
    head: async () => BigInt(events.length - 1),
    readAll: async ({ after, limit }) => events.filter(({ position }) => position > after).slice(0, limit),
    async readStream(stream, { from = 0, limit = Number.POSITIVE_INFINITY } = {}) {
      const found = events.filter((event) => event.stream === stream);
      if (found.length === 0) return { found: false };
      return { found: true, events: found.filter(({ revision }) => revision >= from).slice(0, limit) };
    },
  };
}

/** Decodes the events of a memory log; those of type Unreadable can't be. */
export const plainStore = {
  async decode(events: readonly RecordedEvent[]): Promise<readonly StoredEvent[]> {
    return events.map((event) => {
      if (event.type === 'Unreadable') throw new Error('an event that nobody knows');
      return { ...event, data: JSON.parse(event.data), erased: false };
    });
  },
};

/** Which streams the handlers of the sample view fail on. */
export type Poison = Set<string>;

/** Sums up amounts by stream; every event is applied once however often it is delivered. */
export function sampleView(poison: Poison, version = 1): View<Transaction<SampleTables>> {
  const add = async (tx: Transaction<SampleTables>, event: StoredEvent) => {
    const { amount } = event.data as { amount: number };
    const row = await tx.selectFrom('totals').selectAll().where('stream', '=', event.stream).executeTakeFirst();
    const last = String(event.position).padStart(20, '0');
    if (row && row.last >= last) return;
    const values = { stream: event.stream, amount: (row?.amount ?? 0) + amount, last };
    await tx
      .insertInto('totals')
      .values(values)
      .onConflict((conflict) => conflict.column('stream').doUpdateSet(values))
      .execute();
    if (poison.has(event.stream)) throw new Error(`can't handle ${event.type}`);
  };
  return {
    name: 'sample',
    version,
    streamPrefixes: ['s-'],
    handlers: new Map([
      ['Added', add],
      ['Unreadable', add],
    ]),
  };
}

/** The sample view in a file of its own; several handles on it stand for several processes. */
export interface SampleFile {
  readonly file: string;
  open(view: View<Transaction<SampleTables>>, key?: string): Promise<SampleHandle>;
  close(): Promise<void>;
}

export interface SampleHandle {
  readonly db: ReturnType<typeof openSqlite<SampleTables>>;
  readonly target: ReturnType<typeof sqlViewTarget<SampleTables>>;
  totals(): Promise<Record<string, number>>;
}

export function sampleFile(): SampleFile {
  const folder = mkdtempSync(join(tmpdir(), 'annals-sample-'));
  const file = join(folder, 'view.db');
  const opened: SampleHandle['db'][] = [];
  return {
    file,
    async open(view, key = view.name) {
      const db = openSqlite<SampleTables>({ file, busyTimeout: SHORT_BUSY_TIMEOUT_MS });
      opened.push(db);
      await createBookkeeping(db as never);
      await createTables(db, sampleShapes, '');
      return {
        db,
        target: sqlViewTarget(db, key, view.version, isSqliteFault),
        async totals() {
          const rows = await db.selectFrom('totals').selectAll().orderBy('stream').execute();
          return Object.fromEntries(rows.map(({ stream, amount }) => [stream, amount]));
        },
      };
    },
    async close() {
      for (const db of opened) await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function collectParked(): {
  readonly parked: ParkedStream[];
  readonly onParked: (stream: ParkedStream) => void;
} {
  const parked: ParkedStream[] = [];
  return { parked, onParked: (stream) => parked.push(stream) };
}
