import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Kysely } from 'kysely';
import { type SqlView, sqlViews } from '../../../cli/service/sql-views.js';
import { openStores, type Stores } from '../../../cli/service/stores.js';
import { annalsSettings } from '../../../infra/config/annals-settings.js';
import { BEGINNING, type RecordedEvent } from '../../../infra/ports/event-log.js';
import { isSqliteFault } from '../../../infra/sql/busy.js';
import { openSqlite } from '../../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, createBookkeeping, sqlViewTarget } from '../../../infra/sql/view-target.js';
import { applyBatch } from '../../../projections/runner/apply.js';
import { digestView } from '../../../projections/sql/digest.js';
import { createTables } from '../../../projections/sql/table-shape.js';
import { cdiClient } from '../../support/cdi.js';
import { startAnnals } from '../../support/service.js';
import { makeHistory } from './history.js';

const PEOPLE = 30;

describe('views are functions of the log (design.md, "Views")', () => {
  let folder: string;
  let stores: Stores;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'annals-views-'));
    const annals = await startAnnals({ dataDir: folder });
    try {
      await makeHistory(cdiClient(annals.url), 'determinism', PEOPLE);
    } finally {
      await annals.stop();
    }
    const loaded = annalsSettings({ ANNALS_DATA_DIR: folder });
    if (loaded.status !== 'OK') throw new Error(loaded.message);
    stores = await openStores(loaded.settings, () => 0);
  });

  after(async () => {
    await stores?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function eventsOf({ view }: SqlView): Promise<readonly RecordedEvent[]> {
    const filter = { streamPrefixes: view.streamPrefixes };
    return stores.log.readAll({ after: BEGINNING, limit: 100_000, filter });
  }

  interface Delivery {
    readonly batch: number;
    /** Every batch is delivered again right away. */
    readonly repeatBatches?: true;
    /** All of it is delivered again in the end. */
    readonly repeatAll?: true;
  }

  /** Builds the view in memory with events that are delivered in this way. */
  async function build(sqlView: SqlView, { batch, repeatBatches, repeatAll }: Delivery) {
    const { view, shapes } = sqlView;
    const events = await eventsOf(sqlView);
    const db = openSqlite<BookkeepingTables>({ file: ':memory:' });
    try {
      await createBookkeeping(db);
      await createTables(db, shapes, '');
      const target = sqlViewTarget(db, view.name, view.version, isSqliteFault);
      const parked: string[] = [];
      const onParked = ({ stream, error }: { stream: string; error: string }) => parked.push(`${stream}: ${error}`);
      const deliver = async (some: readonly RecordedEvent[]) => {
        const upTo = some.at(-1)?.position ?? BEGINNING;
        await db.deleteFrom('checkpoints').execute();
        const standing = { checkpoint: BEGINNING, parked: new Set<string>() };
        await applyBatch({ view, target, store: stores.store, onParked }, { events: some, upTo }, standing);
      };
      for (let pass = 0; pass < (repeatAll ? 2 : 1); pass++)
        for (let from = 0; from < events.length; from += batch) {
          const some = events.slice(from, from + batch);
          await deliver(some);
          if (repeatBatches) await deliver(some);
        }
      expect(parked).to.deep.equal([]);
      return await digestView(db, shapes);
    } finally {
      await db.destroy();
    }
  }

  for (const sqlView of sqlViews) {
    describe(`view ${sqlView.view.name}`, () => {
      it('has rows in this history, so that the rules below say something', async () => {
        const { tables } = await build(sqlView, { batch: 500 });
        const rows = [...tables.values()].reduce((sum, table) => sum + table.rows, 0);
        expect((await eventsOf(sqlView)).length).to.be.greaterThan(PEOPLE * 3);
        expect(rows).to.be.greaterThan(PEOPLE / 2);
      });

      it('is the same in batches of 1, 7 and 500 events, and as the running service built it', async () => {
        const digests = [];
        for (const batch of [1, 7, 500]) digests.push(await build(sqlView, { batch }));
        const readers = { directory: stores.directory.reader, sessions: stores.sessions.database?.reader };
        const reader: unknown = readers[sqlView.view.name as keyof typeof readers];
        digests.push(await digestView(reader as Kysely<BookkeepingTables>, sqlView.shapes));
        for (const digest of digests) expect(digest).to.deep.equal(digests[0]);
      });

      it('is the same if every batch is delivered twice', async () => {
        const once = await build(sqlView, { batch: 7 });
        expect(await build(sqlView, { batch: 7, repeatBatches: true })).to.deep.equal(once);
        expect(await build(sqlView, { batch: 1, repeatBatches: true })).to.deep.equal(once);
      });

      it('is the same if the whole log is delivered twice', async () => {
        const once = await build(sqlView, { batch: 500 });
        expect(await build(sqlView, { batch: 500, repeatAll: true })).to.deep.equal(once);
      });
    });
  }
});
