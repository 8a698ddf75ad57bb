import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { type Kysely, sql } from 'kysely';
import { isSqliteBusy, isSqliteFault, whileBusy } from '../../infra/sql/busy.js';
import { takeLock } from '../../infra/sql/exclusive-lock.js';
import { openSqlite } from '../../infra/sql/sqlite-database.js';
import { suffixTables } from '../../infra/sql/suffix-plugin.js';
import { copyKey, copySuffix, findCopies, removeTable, switchTables } from '../../infra/sql/view-copies.js';
import { type BookkeepingTables, sqlViewTarget } from '../../infra/sql/view-target.js';
import { createTables } from '../../projections/sql/table-shape.js';
import {
  type SampleFile,
  type SampleHandle,
  type SampleTables,
  sampleFile,
  sampleShapes,
  sampleView,
} from './fixture.js';

describe('copies of views in SQLite', () => {
  let files: SampleFile;
  let live: SampleHandle;
  let copy: Kysely<SampleTables>;

  beforeEach(async () => {
    files = sampleFile();
    live = await files.open(sampleView(new Set()));
    copy = openSqlite<SampleTables>({
      file: files.file,
      plugins: [suffixTables(['totals'], copySuffix('copy', 'ab12'))],
    });
    await createTables(copy, sampleShapes, copySuffix('copy', 'ab12'));
  });

  afterEach(async () => {
    await copy.destroy();
    await files.close();
  });

  const put = (db: Kysely<SampleTables>, stream: string) =>
    db.insertInto('totals').values({ stream, amount: 1, last: '' }).execute();

  const switchOver = (to: 'old' | 'drop') =>
    copy.transaction().execute((tx) => switchTables(tx as never, 'sample', ['totals'], 'ab12', to));

  it('the same queries lead to the copy, and leave the live tables alone', async () => {
    await put(copy, 'in the copy');
    expect(await live.totals()).to.deep.equal({});
    const rows = await copy.selectFrom('totals').select('totals.stream').where('totals.amount', '=', 1).execute();
    expect(rows).to.deep.equal([{ stream: 'in the copy' }]);
  });

  it('after the switch a running process reads and writes the new tables, with statements prepared before', async () => {
    await put(live.db, 'old');
    await put(copy, 'new');
    expect(await live.totals()).to.deep.equal({ old: 1 });
    await switchOver('drop');
    expect(await live.totals()).to.deep.equal({ new: 1 });
    await put(live.db, 'newer');
    expect(await live.totals()).to.deep.equal({ new: 1, newer: 1 });
  });

  it('a reader in the middle of a transaction goes on seeing the old tables', async () => {
    await put(live.db, 'old');
    const reader = openSqlite<SampleTables>({ file: files.file, readonly: true });
    try {
      await reader.transaction().execute(async (snapshot) => {
        const read = () => snapshot.selectFrom('totals').select('stream').execute();
        expect(await read()).to.deep.equal([{ stream: 'old' }]);
        await put(copy, 'new');
        await switchOver('drop');
        expect(await read()).to.deep.equal([{ stream: 'old' }]);
      });
      expect(await reader.selectFrom('totals').select('stream').execute()).to.deep.equal([{ stream: 'new' }]);
    } finally {
      await reader.destroy();
    }
  });

  it('the checkpoint and the parked streams of the copy become those of the view', async () => {
    const target = sqlViewTarget(copy, copyKey('sample'), 3, isSqliteFault);
    await live.target.transaction(async (transaction) => {
      await transaction.park({ stream: 's-old', position: 1n, eventType: 'Added', error: 'e' });
      await transaction.saveCheckpoint(5n);
    });
    await target.transaction(async (transaction) => {
      await transaction.park({ stream: 's-new', position: 2n, eventType: 'Added', error: 'e' });
      await transaction.saveCheckpoint(9n);
    });
    await switchOver('drop');
    expect(await live.db.selectFrom('checkpoints').selectAll().execute()).to.deep.equal([
      { view: 'sample', version: 3, position: '9' },
    ]);
    expect((await live.target.parkedStreams()).map(({ stream }) => stream)).to.deep.equal(['s-new']);
  });

  it('names of tables and indexes never clash over many rebuilds', async () => {
    await switchOver('old');
    for (const token of ['01', '02', '03']) {
      const next = openSqlite<SampleTables>({
        file: files.file,
        plugins: [suffixTables(['totals'], copySuffix('copy', token))],
      });
      await createTables(next, sampleShapes, copySuffix('copy', token));
      await next.transaction().execute((tx) => switchTables(tx as never, 'sample', ['totals'], token, 'old'));
      await next.destroy();
    }
    const found = await findCopies(live.db, ['totals']);
    expect(found.map(({ name, kind }) => `${kind} ${name}`).sort()).to.deep.equal([
      'old totals__old_01',
      'old totals__old_02',
      'old totals__old_03',
      'old totals__old_ab12',
    ]);
    const { rows } = await sql<{ n: number }>`select count(*) as n from sqlite_master where type = 'index'
      and tbl_name = 'totals' and sql is not null`.execute(live.db);
    expect(rows).to.deep.equal([{ n: 1 }]);
  });

  it('finds copies of this view alone', async () => {
    await sql`create table totals_by_day (a)`.execute(live.db);
    await sql`create table others__ab12 (a)`.execute(live.db);
    await sql`create table totals__drop_ff (a)`.execute(live.db);
    const found = await findCopies(live.db, ['totals']);
    expect(found.map(({ name, kind }) => `${kind} ${name}`).sort()).to.deep.equal([
      'copy totals__ab12',
      'drop totals__drop_ff',
    ]);
  });

  it('removes a table in several transactions', async () => {
    await copy.transaction().execute(async (tx) => {
      for (let i = 0; i < 4_100; i++) await put(tx, `s-${i}`);
    });
    let rests = 0;
    await removeTable(live.db as unknown as Kysely<BookkeepingTables>, 'totals__ab12', async () => {
      rests++;
    });
    expect(rests).to.equal(3);
    expect(await findCopies(live.db, ['totals'])).to.deep.equal([]);
  });

  it('a lock has one holder at a time', () => {
    const file = `${files.file}.lock`;
    const unlock = takeLock(file);
    expect(unlock).to.be.a('function');
    expect(takeLock(file)).to.equal(undefined);
    unlock?.();
    const again = takeLock(file);
    expect(again).to.be.a('function');
    again?.();
  });

  it('a writer that finds the file locked waits without holding up the event loop', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holding = copy.transaction().execute(() => held);
    await turn();
    const waiting = live.target.transaction((transaction) => transaction.saveCheckpoint(4n));
    let turns = 0;
    for (; turns < 50; turns++) await turn();
    expect(await live.target.checkpoint()).to.equal(-1n);
    release();
    await holding;
    await waiting;
    expect(await live.target.checkpoint()).to.equal(4n);
  });

  it('gives up at once on failures other than a taken lock', async () => {
    let tries = 0;
    const failure = await whileBusy(async () => {
      tries++;
      throw Object.assign(new Error('no room'), { code: 'SQLITE_FULL' });
    }).catch((error: Error) => error.message);
    expect([failure, tries]).to.deep.equal(['no room', 1]);
  });

  it('tells failures of SQLite from failures about the data', () => {
    const withCode = (code: string) => Object.assign(new Error(code), { code });
    for (const code of ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_CORRUPT', 'SQLITE_ERROR_RETRY'])
      expect(isSqliteFault(withCode(code)), code).to.equal(true);
    for (const code of ['SQLITE_CONSTRAINT_NOTNULL', 'SQLITE_TOOBIG', 'SQLITE_MISMATCH', 'ENOENT'])
      expect(isSqliteFault(withCode(code)), code).to.equal(false);
    expect(isSqliteFault(new Error('x'))).to.equal(false);
    expect(isSqliteBusy(withCode('SQLITE_BUSY_SNAPSHOT'))).to.equal(true);
    expect(isSqliteBusy(undefined)).to.equal(false);
  });
});
