import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { type Kysely, sql } from 'kysely';
import { type RebuildOptions, rebuildView } from '../../../cli/projections/rebuild.js';
import type { SqlView } from '../../../cli/service/sql-views.js';
import { isPostgresFault } from '../../../infra/postgres/failures.js';
import { postgresViewStorage } from '../../../infra/postgres/view-storage.js';
import { findCopies } from '../../../infra/sql/view-copies.js';
import type { ViewStorage } from '../../../infra/sql/view-storage.js';
import { createBookkeeping, sqlViewTarget } from '../../../infra/sql/view-target.js';
import { catchUp } from '../../../projections/runner/catch-up.js';
import { createTables } from '../../../projections/sql/table-shape.js';
import { memoryLog, plainStore, type SampleTables, sampleShapes, sampleView } from '../../projections/fixture.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';

describe('rebuilding a view on PostgreSQL', function () {
  this.timeout(30_000);
  const view = sampleView(new Set());
  const log = memoryLog();
  let server: PostgresServer;
  let storage: ViewStorage;
  let live: Kysely<SampleTables>;

  before(async () => {
    server = await startPostgres();
    storage = postgresViewStorage(await server.createDatabase('rebuilt'), 'annals_sample');
    live = storage.writer<SampleTables>();
    await createBookkeeping(live as never);
    await createTables(live, sampleShapes, '');
  });

  after(async () => {
    await live?.destroy();
    await server?.remove();
  });

  beforeEach(async () => {
    for (let i = 0; i < 500; i++) log.add(`s-${i}`, 'Added', { amount: i });
    await catchUp({
      ...{ view, log, store: plainStore, onParked: () => undefined },
      target: sqlViewTarget(live, view.name, view.version, isPostgresFault),
      upTo: await log.head(),
      signal: new AbortController().signal,
    });
  });

  const rebuild = (options: Partial<RebuildOptions> = {}) =>
    rebuildView({
      sqlView: { view: view as unknown as SqlView['view'], shapes: sampleShapes, storage: () => storage },
      ...{
        storage,
        log,
        store: plainStore,
        token: randomBytes(4).toString('hex'),
        keepOld: false,
        graceMs: 0,
        acceptParked: false,
      },
      sleep: async (ms) => {
        await wait(ms);
      },
      signal: new AbortController().signal,
      onParked: () => undefined,
      onProgress: () => undefined,
      onStage: () => undefined,
      ...options,
    });

  const totals = (db: Kysely<SampleTables>) => db.selectFrom('totals').selectAll().orderBy('stream').execute();
  const indexes = async () => {
    const { rows } = await sql<{ of: string }>`select substring(indexdef from '\\((.*)\\)') as of from pg_indexes
      where tablename = 'totals' order by 1`.execute(live);
    return rows.map((row) => row.of);
  };
  const copies = () => findCopies(live, ['totals']);

  it('gives the same rows, equal by digest', async () => {
    const before = await totals(live);
    const indexesBefore = await indexes();
    const rebuilt = await rebuild();
    if (rebuilt.status !== 'OK') throw new Error(rebuilt.status);
    expect(rebuilt.comparison).to.deep.include({ equal: true, onlyFresh: 0, position: await log.head() });
    expect(await totals(live)).to.deep.equal(before);
    expect(await copies()).to.deep.equal([]);
    expect(await indexes()).to.deep.equal(indexesBefore);
  });

  it('does not switch under a reader that has looked where the view is: its tables stay those of that moment', async () => {
    const reader = storage.reader<SampleTables>();
    let isSwitched = false;
    let rebuilding: Promise<unknown> | undefined;
    try {
      await reader.transaction().execute(async (snapshot) => {
        await snapshot.selectFrom('checkpoints').selectAll().execute();
        let compared = () => {};
        const comparing = new Promise<void>((resolve) => {
          compared = resolve;
        });
        let putOff = 0;
        const waited = new Promise<void>((resolve) => {
          rebuilding = rebuild({
            onStage: compared,
            async sleep(ms) {
              await wait(ms);
              if (++putOff > 5) resolve();
            },
          }).then(() => {
            isSwitched = true;
          });
        });
        await comparing;
        await waited;
        expect(isSwitched).to.equal(false);
        expect(await totals(snapshot)).to.have.length(500);
      });
      await rebuilding;
      expect(await copies()).to.deep.equal([]);
    } finally {
      await reader.destroy();
    }
  });

  it('waits with removing what was live for those who look at it', async () => {
    const operator = storage.reader<SampleTables>();
    let looking: Promise<unknown> | undefined;
    let isRemoved = false;
    try {
      const rebuilt = await rebuild({
        graceMs: 60_000,
        signal: stopping.signal,
        async sleep(ms) {
          await wait(ms);
          const [old] = await copies();
          if (old?.kind !== 'drop' || looking) return;
          looking = operator.transaction().execute(async (snapshot) => {
            const { rows } = await sql`select * from ${sql.table(old.name)}`.execute(snapshot);
            stopping.abort();
            await wait(1_500);
            isRemoved = (await copies()).length === 0;
            return rows.length;
          });
          await wait(50);
        },
      });
      expect(rebuilt.status).to.equal('OK');
      expect(await looking).to.equal(500);
      expect(isRemoved).to.equal(false);
      expect(await copies()).to.deep.equal([]);
    } finally {
      await operator.destroy();
    }
  });

  const stopping = new AbortController();
});
