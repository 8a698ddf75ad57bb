import type { EventLog, Position } from '../../infra/ports/event-log.js';
import { type CopyKind, copyKey, findCopies } from '../../infra/sql/view-copies.js';
import type { ViewStorage } from '../../infra/sql/view-storage.js';
import {
  type BookkeepingTables,
  storedCheckpoint,
  storedParkedStreams,
  storedVersion,
} from '../../infra/sql/view-target.js';
import type { ParkedStream } from '../../projections/runner/view.js';
import { tablesFit } from '../../projections/sql/table-shape.js';
import type { SqlView } from '../service/sql-views.js';

const PAGE = 1_000;
const MOST_COUNTED = 100_000;
const NAMED_STREAMS = 5;

/** How a view is doing. Plain JSON; positions are text. */
export interface ViewStatus {
  readonly view: string;
  /** Of the rows, null if the view was never built. */
  readonly version: number | null;
  /** Of this program. Where it differs the next start of the service rebuilds the view. */
  readonly programVersion: number;
  /** The tables have the columns that this program expects. */
  readonly tablesFit: boolean;
  readonly checkpoint: string;
  /** The end of the log. */
  readonly head: string;
  /** Events that are still to be applied, counted up to 100,000. */
  readonly lag: number;
  readonly parked: {
    readonly streams: number;
    readonly first: readonly { stream: string; position: string; eventType: string; error: string }[];
  };
  readonly rebuild: {
    readonly underWay: boolean;
    /** Of the copy that is being filled, null if there is none. */
    readonly checkpoint: string | null;
    /**
     * Tables beside the live ones, or beginnings of keys: filled or left behind by a rebuild ('copy', 'drop'), or kept on
     * purpose ('old').
     */
    readonly tables: readonly { name: string; kind: CopyKind }[];
  };
}

/** What is found of a view where it is kept. */
export interface FoundView extends Pick<ViewStatus, 'tablesFit' | 'rebuild'> {
  readonly view: Pick<SqlView['view'], 'name' | 'version' | 'streamPrefixes'>;
  readonly version: number | undefined;
  readonly checkpoint: Position;
  readonly parked: readonly ParkedStream[];
}

/** Tells how a view in SQL tables is doing; reads only. */
export async function sqlViewStatus(
  { view, shapes }: SqlView,
  storage: ViewStorage,
  log: Pick<EventLog, 'head' | 'readAll'>,
): Promise<ViewStatus> {
  const db = storage.reader<BookkeepingTables>();
  try {
    const isFilling = (await storedVersion(db, copyKey(view.name))) !== undefined;
    const found = {
      view,
      version: await storedVersion(db, view.name),
      tablesFit: await tablesFit(db, shapes),
      checkpoint: await storedCheckpoint(db, view.name),
      parked: await storedParkedStreams(db, view.name),
      rebuild: {
        underWay: await isUnderWay(storage),
        checkpoint: isFilling ? String(await storedCheckpoint(db, copyKey(view.name))) : null,
        tables: await findCopies(db, Object.keys(shapes)),
      },
    };
    return await statusOf(found, log);
  } finally {
    await db.destroy();
  }
}

/** What was found of a view, compared with the log. */
export async function statusOf(found: FoundView, log: Pick<EventLog, 'head' | 'readAll'>): Promise<ViewStatus> {
  const { view, version, checkpoint, parked, tablesFit, rebuild } = found;
  return {
    view: view.name,
    version: version ?? null,
    programVersion: view.version,
    tablesFit,
    checkpoint: String(checkpoint),
    head: String(await log.head()),
    lag: await countAfter(log, checkpoint, view.streamPrefixes),
    parked: { streams: parked.length, first: parked.slice(0, NAMED_STREAMS).map(plain) },
    rebuild,
  };
}

const plain = ({ stream, position, eventType, error }: ParkedStream) => ({
  stream,
  position: String(position),
  eventType,
  error,
});

async function countAfter(
  log: Pick<EventLog, 'readAll'>,
  checkpoint: bigint,
  streamPrefixes: readonly string[],
): Promise<number> {
  let count = 0;
  let after = checkpoint;
  while (count < MOST_COUNTED) {
    const page = await log.readAll({ after, limit: PAGE, filter: { streamPrefixes } });
    count += page.length;
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last.position;
  }
  return count;
}

async function isUnderWay(storage: ViewStorage): Promise<boolean> {
  const end = await storage.beginRebuild();
  await end?.();
  return end === undefined;
}
