import { expect } from 'chai';
import { type Kysely, sql } from 'kysely';
import { openPostgres } from '../../../infra/postgres/database.js';
import { isPassing, isPostgresFault } from '../../../infra/postgres/failures.js';
import { freePort } from '../../support/free-port.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';

type Tables = { things: { id: number; name: string } };

/** What is a fault of the database says nothing about the event that a view was handling (projections/runner/view.ts). */
describe('failures of PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;
  let db: Kysely<Tables>;

  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase('failures');
    db = openPostgres<Tables>({ url, access: { lock: 'things' }, timeout: 500 });
    await sql`create table things (id integer primary key, name text not null)`.execute(db);
    await db.insertInto('things').values({ id: 1, name: 'one' }).execute();
  });
  after(async () => {
    await db.destroy();
    await server.remove();
  });

  async function failureOf(run: Promise<unknown>): Promise<unknown> {
    try {
      await run;
    } catch (error) {
      return error;
    }
    throw new Error('It did not fail');
  }

  const aboutData: [string, () => Promise<unknown>][] = [
    ['a key that is there already', () => db.insertInto('things').values({ id: 1, name: 'again' }).execute()],
    [
      'a missing value',
      () =>
        db
          .insertInto('things')
          .values({ id: 2, name: null as never })
          .execute(),
    ],
    [
      'a value of another type',
      () =>
        db
          .insertInto('things')
          .values({ id: 'x' as never, name: 'x' })
          .execute(),
    ],
    [
      'a number out of range',
      () =>
        db
          .insertInto('things')
          .values({ id: 2 ** 40, name: 'x' })
          .execute(),
    ],
  ];
  for (const [name, run] of aboutData)
    it(`${name} is about the data`, async () => {
      const error = await failureOf(run());
      expect([isPostgresFault(error), isPassing(error)]).to.deep.equal([false, false]);
    });

  it('a text with U+0000 and a number beyond any are no failures: they come back as they were', async () => {
    const names = ['\u0000', 'a\u0000b\u0000', '\uFFFE', '\uFFFE0\u0000\uFFFE1', '\uFFFE\uFFFE'];
    const rows = names.map((name, n) => ({ id: 100 + n, name }));
    await db.insertInto('things').values(rows).execute();
    for (const row of rows)
      expect(await db.selectFrom('things').selectAll().where('name', '=', row.name).execute()).to.deep.equal([row]);
    for (const limit of [Number.MAX_VALUE, 2 ** 63, Number.MAX_SAFE_INTEGER]) {
      const id = sql<number>`id::bigint`;
      expect(await db.selectFrom('things').select('id').where(id, '>', limit).execute()).to.deep.equal([]);
      expect(await db.selectFrom('things').select('id').where(id, '<', -limit).execute()).to.deep.equal([]);
    }
    await db.deleteFrom('things').where('id', '>=', 100).execute();
  });

  it('nothing is in an empty list, which is no failure', async () => {
    const none = db.selectFrom('things').selectAll();
    expect(await none.where('id', 'in', []).execute()).to.deep.equal([]);
    expect(await none.where('id', 'not in', []).execute()).to.deep.equal([{ id: 1, name: 'one' }]);
  });

  it('a table that is not there is a fault, and does not pass by itself', async () => {
    const error = await failureOf(sql`select * from nowhere`.execute(db));
    expect([isPostgresFault(error), isPassing(error)]).to.deep.equal([true, false]);
  });

  it('what a handler throws is no fault', () => {
    expect(isPostgresFault(new TypeError('x is undefined'))).to.equal(false);
  });

  const passing: [string, () => Promise<unknown>][] = [
    [
      'a connection that is ended by the administrator',
      () => sql`select pg_terminate_backend(pg_backend_pid())`.execute(db),
    ],
    ['a statement that is taken by the time-out', () => sql`select pg_sleep(5)`.execute(db)],
    [
      'a lock that is not given in time',
      async () => {
        const holder = openPostgres<Tables>({ url, access: { lock: 'things' } });
        await holder
          .transaction()
          .execute(() => db.transaction().execute(async () => undefined))
          .finally(() => holder.destroy());
      },
    ],
    [
      'a server that is not there',
      async () => {
        const nobody = openPostgres<Tables>({
          url: `postgresql://annals@127.0.0.1:${await freePort()}/failures`,
          access: 'read',
        });
        await nobody
          .selectFrom('things')
          .selectAll()
          .execute()
          .finally(() => nobody.destroy());
      },
    ],
    ['a deadlock', () => db.transaction().execute((tx) => sql`do $$ begin raise sqlstate '40P01'; end $$`.execute(tx))],
  ];
  for (const [name, run] of passing)
    it(`${name} is a fault`, async () => {
      expect(isPostgresFault(await failureOf(run()))).to.equal(true);
    });

  for (const code of ['53100', '58030', '57P01', '40001', '55P03', '25006', 'XX001'])
    it(`SQLSTATE ${code} is a fault`, async () => {
      const raise = sql.raw(`do $$ begin raise sqlstate '${code}'; end $$`);
      expect(isPostgresFault(await failureOf(raise.execute(db)))).to.equal(true);
    });

  it('goes on after a restart of the server, with what was committed', async () => {
    const failed = db.transaction().execute(async (tx) => {
      await tx.insertInto('things').values({ id: 9, name: 'lost' }).execute();
      await server.restart();
      await tx.insertInto('things').values({ id: 10, name: 'lost' }).execute();
    });
    expect(isPostgresFault(await failureOf(failed))).to.equal(true);
    expect(await db.selectFrom('things').select('id').execute()).to.deep.equal([{ id: 1 }]);
  });

  it('refuses a schema name that SQL would have to quote', () => {
    const odd = openPostgres<Tables>({ url, schema: 'a"b', access: 'read' });
    return failureOf(odd.selectFrom('things').selectAll().execute()).then((error) => {
      expect(String(error)).to.match(/is named in a-z/);
    });
  });
});
