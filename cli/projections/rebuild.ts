import type { Transaction } from 'kysely';
import { whileBusy } from '../../infra/sql/busy.js';
import { suffixTables } from '../../infra/sql/suffix-plugin.js';
import { copyKey, copySuffix, findCopies, forgetCopy, switchTables } from '../../infra/sql/view-copies.js';
import {
  type BookkeepingTables,
  createBookkeeping,
  storedCheckpoint,
  storedParkedStreams,
  storedVersion,
} from '../../infra/sql/view-target.js';
import { applyOne } from '../../projections/runner/apply.js';
import type { Pace } from '../../projections/runner/catch-up.js';
import { createIndexes, createTables, createTablesAlone, tablesFit } from '../../projections/sql/table-shape.js';
import type { SqlView } from '../service/sql-views.js';
import { compareWithLive } from './compare.js';
import type { RebuildChoice, Rebuilt } from './operated-view.js';
import { pourRows } from './pour.js';
import { buildingApart, type ViewCopy, type ViewWork, viewCopy, waitOutGrace } from './work.js';

/**
 * How long a transaction of a rebuild should hold the lock of the view, in ms. The view is then left alone for
 * as long again, so a projection at work beside it finds the lock free soon.
 */
const TRANSACTION_MS = 20;
/** For how long, in ms, the view is left alone between two statements that copy or remove rows: others find its lock free then. */
const REST_MS = 10;
/** How many events the switch may still apply; if more are missing it is put off. */
const MISSING_AT_SWITCH = 100;
/**
 * How long to wait, in ms, after the switch was put off, because much was missing or queries held the live tables. Longer
 * each time: others wait behind one who waits for tables.
 */
const PUT_OFF_MS = 20;
const LONGEST_PUT_OFF_MS = 1_000;

export interface RebuildOptions extends ViewWork, RebuildChoice {
  /** Names this rebuild's tables: hex digits, never used before. */
  readonly token: string;
}

/**
 * Builds a view anew from the log, copies it beside the live tables, and puts it in their place. A service that is running
 * goes on meanwhile, and notices nothing. If it is stopped half-way, the live view is as it was. What was live before is
 * removed after a grace time.
 *
 * @throws faults of the stores, and the signal's reason when it aborts
 */
export async function rebuildView(options: RebuildOptions): Promise<Rebuilt> {
  const { sqlView, storage } = options;
  const end = await storage.beginRebuild();
  if (!end) return { status: 'UNDER_WAY' };
  const { shapes, view } = sqlView;
  const suffix = copySuffix('copy', options.token);
  const db = storage.writer<BookkeepingTables>([suffixTables(Object.keys(shapes), suffix)]);
  try {
    await createBookkeeping(db);
    await removeCopies(options, db, options.keepOld ? ['copy', 'drop'] : ['copy', 'drop', 'old']);
    await whileBusy(() => (storage.indexer ? createTablesAlone : createTables)(db, shapes, suffix));
    const pace: Pace = { transactionMs: TRANSACTION_MS, clock: () => performance.now(), sleep: options.sleep };
    try {
      const rebuilt = await fillAndSwitch(options, viewCopy(options, db, copyKey(view.name), pace));
      if (rebuilt.status === 'OK' && !options.keepOld) await waitOutGrace(options, options.graceMs);
      return rebuilt;
    } finally {
      await removeCopies(options, db, ['copy', 'drop']);
    }
  } finally {
    await db.destroy();
    await end();
  }
}

async function fillAndSwitch(options: RebuildOptions, copy: ViewCopy): Promise<Rebuilt> {
  const { view, shapes } = options.sqlView;
  const version = await storedVersion(copy.db, view.name);
  const comparable = version === view.version && (await tablesFit(copy.db, shapes));
  const goal = () => (comparable ? storedCheckpoint(copy.db, view.name) : options.log.head());
  await buildingApart(options, async (apart) => {
    await apart.catchUp(await goal());
    // The live view went on meanwhile, and to copy takes a while, too.
    await apart.catchUp(await goal());
    await copyRows(options, apart, copy);
  });
  await copy.catchUp(await goal());
  const comparison = comparable ? await compareWithLive(options, copy) : undefined;
  for (let pause = PUT_OFF_MS; ; pause = Math.min(pause * 2, LONGEST_PUT_OFF_MS)) {
    const parked = await copy.target.parkedStreams();
    if (!options.acceptParked) {
      const before = new Set((await storedParkedStreams(copy.db, view.name)).map(({ stream }) => stream));
      const worse = parked.filter(({ stream }) => !before.has(stream));
      if (worse.length > 0) return { status: 'PARKED', parked: worse };
    }
    const checkpoint = await switchOver(options, copy);
    if (checkpoint !== undefined) return { status: 'OK', checkpoint, parked, comparison };
    await options.sleep(pause);
    options.signal.throwIfAborted();
    await copy.catchUp(await storedCheckpoint(copy.db, view.name));
  }
}

/** Makes the copy what was built apart, with its checkpoint and parked streams. */
async function copyRows(options: RebuildOptions, apart: ViewCopy, copy: ViewCopy): Promise<void> {
  await pourRows(apart.db, copy.db, {
    ...options,
    shapes: options.sqlView.shapes,
    onRows: (done, total) =>
      options.onProgress({ events: done, from: 0n, position: BigInt(done) }, BigInt(total), 'rows'),
    rest: (took) => options.sleep(Math.min(took, REST_MS)),
  });
  await makeIndexes(options);
  const position = await apart.target.checkpoint();
  const parked = await apart.target.parkedStreams();
  await copy.target.transaction(async ({ park, saveCheckpoint }) => {
    for (const stream of parked) await park(stream);
    await saveCheckpoint(position);
  });
}

/** Makes the copy's indexes, where that is faster once it has its rows. */
async function makeIndexes({ storage, sqlView, token }: RebuildOptions): Promise<void> {
  const db = storage.indexer?.();
  if (!db) return;
  try {
    await createIndexes(db, sqlView.shapes, copySuffix('copy', token));
  } finally {
    await db.destroy();
  }
}

/**
 * The switch, in one short transaction: what the live view has got since is applied to the copy, then the tables change
 * names.
 *
 * @returns the checkpoint of the view now, or undefined if the copy must catch up first
 */
async function switchOver(options: RebuildOptions, copy: ViewCopy): Promise<bigint | undefined> {
  const { sqlView, storage, log, store, token, keepOld } = options;
  const { view, shapes } = sqlView;
  const putOff = new Error('put off');
  try {
    return await copy.target.transaction(async (transaction) => {
      const { checkpoint, parked } = await transaction.standing();
      const live = await storedCheckpoint(transaction.tx, view.name);
      const isAhead = live > checkpoint;
      if (isAhead) {
        const filter = { streamPrefixes: view.streamPrefixes };
        const page = await log.readAll({ after: checkpoint, limit: MISSING_AT_SWITCH + 1, filter });
        const missing = page.filter(({ position }) => position <= live);
        if (missing.length > MISSING_AT_SWITCH) throw putOff;
        for (const event of missing) {
          if (!view.handlers.has(event.type) || parked.has(event.stream)) continue;
          if (await applyOne({ view, target: copy.target, store }, transaction, event)) throw putOff;
        }
        await transaction.saveCheckpoint(live);
      }
      // Whoever has read a checkpoint is about to read tables as they were then.
      const tables = ['checkpoints', ...(await liveTables(transaction.tx, sqlView))];
      if (!(await storage.claim(transaction.tx, tables))) throw putOff;
      await switchTables(transaction.tx, view.name, Object.keys(shapes), token, keepOld ? 'old' : 'drop');
      return isAhead ? live : checkpoint;
    });
  } catch (error) {
    if (error === putOff) return undefined;
    throw error;
  }
}

async function liveTables(tx: Transaction<BookkeepingTables>, { shapes }: SqlView): Promise<string[]> {
  const tables = await tx.introspection.getTables();
  return tables.map(({ name }) => name).filter((name) => name in shapes);
}

/** Removes tables beside the live ones, and what is noted about a copy. */
async function removeCopies(
  { sqlView, storage, sleep }: RebuildOptions,
  db: ViewCopy['db'],
  kinds: readonly string[],
): Promise<void> {
  const copies = await findCopies(db, Object.keys(sqlView.shapes));
  const rest = (took: number) => sleep(Math.min(took, REST_MS));
  for (const { name, kind } of copies) if (kinds.includes(kind)) await storage.removeTable(db, name, rest);
  await forgetCopy(db, sqlView.view.name);
}
