import { expect } from 'chai';
import { type Kysely, sql } from 'kysely';
import { isSqliteFault } from '../../infra/sql/busy.js';
import { openSqlite } from '../../infra/sql/sqlite-database.js';
import { applyBatch, standingOf } from '../../projections/runner/apply.js';
import { collectParked, memoryLog, plainStore, sampleFile, sampleView } from './fixture.js';

describe('what SQLite reports as a plain error', () => {
  let db: Kysely<Record<string, never>>;

  beforeEach(() => {
    db = openSqlite({ file: ':memory:' });
  });

  afterEach(() => db.destroy());

  async function failureOf(statement: string): Promise<unknown> {
    const failure = await sql
      .raw(statement)
      .execute(db)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect((failure as { code?: unknown } | undefined)?.code, statement).to.equal('SQLITE_ERROR');
    return failure;
  }

  it('is about the statement if that is wrong', async () => {
    for (const statement of [
      'selec 1',
      'select missing',
      'select missing()',
      "select json_extract('{', '$')",
      'values (1, 2), (3)',
    ])
      expect(isSqliteFault(await failureOf(statement)), statement).to.equal(false);
  });

  it('is a fault if a table is missing, or the transaction has ended', async () => {
    const statements = ['select * from missing', 'delete from main.missing', 'release missing', 'rollback to missing'];
    for (const statement of [...statements, 'commit', 'rollback'])
      expect(isSqliteFault(await failureOf(statement)), statement).to.equal(true);
  });

  it('a wrong statement parks one stream and lets the view go on', async () => {
    const view = sampleView(new Set());
    const add = view.handlers.get('Added');
    const file = sampleFile();
    try {
      const handle = await file.open(view);
      const handlers = new Map([
        ...view.handlers,
        [
          'Added',
          async (tx, event) => {
            if (event.stream === 's-wrong') await sql`select missing from totals`.execute(tx);
            await add?.(tx, event);
          },
        ] satisfies [string, typeof add],
      ]);
      const log = memoryLog();
      for (const stream of ['s-a', 's-wrong', 's-b']) log.add(stream, 'Added', { amount: 1 });
      const { parked, onParked } = collectParked();
      const applying = { view: { ...view, handlers }, target: handle.target, store: plainStore, onParked };
      await applyBatch(applying, { events: log.events, upTo: 2n }, await standingOf(handle.target));
      expect(parked.map(({ stream }) => stream)).to.deep.equal(['s-wrong']);
      expect(await handle.totals()).to.deep.equal({ 's-a': 1, 's-b': 1 });
    } finally {
      await file.close();
    }
  });
});
