import { expect } from 'chai';
import { sql } from 'kysely';
import { openPostgres } from '../../../infra/postgres/database.js';
import { sessionIndex } from '../../../projections/directory/session-index.js';
import { directoryShapes } from '../../../projections/directory/tables.js';
import { sqlSessionView } from '../../../projections/sessions/sql-session-view.js';
import { sessionShapes } from '../../../projections/sessions/tables.js';
import { differingRows } from '../../../projections/sql/difference.js';
import { digestView } from '../../../projections/sql/digest.js';
import { tablesFit } from '../../../projections/sql/table-shape.js';
import { countActiveUsers } from '../../../query-service/active-users/count-active-users.js';
import { monthlyActiveUsers } from '../../../query-service/active-users/monthly-active-users.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { sessionByHandle } from '../../../query-service/sessions/session-by-handle.js';
import { sessionHandlesOfUser } from '../../../query-service/sessions/session-handles-of-user.js';
import { countUsers } from '../../../query-service/users/count-users.js';
import { type ListUsersInput, listUsers } from '../../../query-service/users/list-users.js';
import { resetTokenOwner } from '../../../query-service/users/reset-token-owner.js';
import { searchUsers } from '../../../query-service/users/search-users.js';
import { userByEmail } from '../../../query-service/users/user-by-email.js';
import { userById } from '../../../query-service/users/user-by-id.js';
import { timeJoined } from '../../../query-service/users/user-record.js';
import { usersByAccountInfo } from '../../../query-service/users/users-by-account-info.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';
import { fill, type ViewsDatabase, type ViewTables, viewsOnPostgres, viewsOnSqlite } from './postgres-database.js';
import { APP, emailOf, hashOf, history, people, START, sessionOf } from './postgres-history.js';

describe('SQL views on PostgreSQL', () => {
  let server: PostgresServer;
  let sqlite: ViewsDatabase;
  let postgres: ViewsDatabase;
  let url: string;

  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase('views');
    sqlite = await viewsOnSqlite();
    postgres = await viewsOnPostgres(url);
    for (const database of [sqlite, postgres]) expect(await fill(database, history(), 20)).to.deep.equal([]);
  });
  after(async () => {
    await sqlite.close();
    await postgres.close();
    await server.remove();
  });

  const shapes = { ...directoryShapes, ...sessionShapes };

  it('hold the same rows as on SQLite, by digest and row by row', async () => {
    const digest = await digestView(sqlite.db, shapes);
    expect(digest.tables.get('memberships')?.rows).to.be.greaterThan(20);
    expect(digest.tables.get('sessions')?.rows).to.be.greaterThan(20);
    expect(await digestView(postgres.db, shapes)).to.deep.equal(digest);
    for (const [table, shape] of Object.entries(shapes))
      expect(await differingRows(sqlite.db, postgres.db, table, shape, 5)).to.deep.equal([]);
  });

  it('have the same rows whatever the batches', async () => {
    const database = await viewsOnPostgres(await server.createDatabase('views-one-by-one'));
    expect(await fill(database, history(), 1)).to.deep.equal([]);
    expect(await digestView(database.db, shapes)).to.deep.equal(await digestView(postgres.db, shapes));
    await database.close();
  });

  it('have tables that fit their shapes, whatever tables another schema has', async () => {
    await sql`create table public.users (name varchar)`.execute(postgres.db);
    expect(await tablesFit(postgres.db, shapes)).to.equal(true);
  });

  describe('answer every query as on SQLite', () => {
    /** Asks both; answers with what both said. */
    async function asked<T>(ask: (deps: QueryDeps) => Promise<T>): Promise<T> {
      const [expected, found] = await Promise.all([sqlite, postgres].map((database) => ask(depsOf(database))));
      expect(found).to.deep.equal(expected);
      return expected as T;
    }

    const tenants = ['public', 't1', 't2', 'none'];

    it('CountUsers', async () => {
      for (const tenantKey of [null, ...tenants])
        for (const recipes of [null, ['emailpassword'], ['webauthn']] as const)
          await asked((deps) => countUsers.answer(deps, { appKey: APP, tenantKey, recipes }));
      expect(await asked((deps) => countUsers.answer(deps, { appKey: APP, tenantKey: null, recipes: null }))).to.equal(
        people.length - Math.floor(people.length / 10),
      );
    });

    for (const order of ['ASC', 'DESC'] as const)
      for (const recipes of [null, ['emailpassword' as const]])
        it(`ListUsers, all pages, ${order}, of ${recipes ?? 'all recipes'}`, async () => {
          let users = 0;
          for (const tenantKey of tenants) {
            let from: ListUsersInput['from'] = null;
            do {
              const input: ListUsersInput = { appKey: APP, tenantKey, recipes, order, limit: 3, from };
              const page = await asked((deps) => listUsers.answer(deps, input));
              users += page.users.length;
              from = page.next;
            } while (from);
          }
          expect(users).to.be.greaterThan(people.length);
        });

    it('SearchUsers', async () => {
      const found = [];
      for (const tenantKey of tenants)
        for (const order of ['ASC', 'DESC'] as const)
          for (const email of ['a', 'z', 'Z', 'ä', 'new.', 'New.', 'example', 'b', '😀', '%', '_', 'ｚ'])
            found.push(
              await asked((deps) =>
                searchUsers.answer(deps, {
                  ...{ appKey: APP, tenantKey, order },
                  tags: { email: [email, 'é'], phone: [], provider: [] },
                }),
              ),
            );
      expect(found.flat()).not.to.be.empty;
    });

    it('UserByEmail and UserById', async () => {
      let found = 0;
      for (const id of people) {
        for (const tenantKey of tenants)
          for (const email of [emailOf(id), `New.${emailOf(id)}`])
            await asked((deps) => userByEmail.answer(deps, { appKey: APP, tenantKey, email, recipe: 'emailpassword' }));
        if (await asked((deps) => userById.answer(deps, { appKey: APP, userId: id }))) found++;
      }
      expect(found).to.be.greaterThan(5);
    });

    it('UsersByAccountInfo, but for the order of those that joined at the same time', async () => {
      const infos = people.map((id) => ({ kind: 'email' as const, value: emailOf(id) }));
      for (const tenantKey of tenants)
        for (const union of [true, false])
          for (const some of [infos, infos.slice(0, 1), []]) {
            await asked(async (deps) => {
              const users = await usersByAccountInfo.answer(deps, { appKey: APP, tenantKey, infos: some, union });
              return users.map((user) => `${timeJoined(user)} ${JSON.stringify(user)}`).sort();
            });
          }
    });

    it('ResetTokenOwner', async () => {
      const owners = [];
      for (const n of people.keys())
        owners.push(await asked((deps) => resetTokenOwner.answer(deps, { appKey: APP, tokenHash: hashOf(n) })));
      expect(owners.some((owner) => owner !== null)).to.equal(true);
    });

    it('CountActiveUsers and MonthlyActiveUsers, as numbers', async () => {
      const count = await asked((deps) => countActiveUsers.answer(deps, { appKey: APP, since: START + 3_600_000 }));
      expect(count).to.be.greaterThan(5);
      const months = await asked((deps) => monthlyActiveUsers.answer(deps, { appKey: APP }));
      expect(months.at(-1)).to.be.greaterThan(5);
    });

    it('SessionHandlesOfUser, in any order, and SessionByHandle', async () => {
      let sessions = 0;
      for (const [n, userId] of people.entries()) {
        await asked(async (deps) =>
          [...(await sessionHandlesOfUser.answer(deps, { appKey: APP, userId, linked: true }))].sort(),
        );
        const session = { handle: sessionOf(n), tenantKey: 'public' };
        const found = await asked((deps) => sessionByHandle.answer(deps, { appKey: APP, session }));
        if (found) {
          sessions++;
          expect(found.expiresAt).to.be.a('number');
        }
      }
      expect(sessions).to.be.greaterThan(5);
    });
  });

  it('parks the stream of an event that the database refuses, alone, as on SQLite', async () => {
    const fresh = [await viewsOnSqlite(), await viewsOnPostgres(await server.createDatabase('views-poison'))];
    const events = history().map((event, n) =>
      event.type === 'PasswordResetTokenIssued' && n > 50
        ? { ...event, data: event.data.replace(/"0{10}\d+"/, 'null') }
        : event,
    );
    const parked = [];
    for (const database of fresh) {
      parked.push((await fill(database, events, 20)).map((stream) => stream.split(':')[0]));
    }
    expect(parked[0]).not.to.be.empty;
    expect(parked[1]).to.deep.equal(parked[0]);
    const [expected, found] = await Promise.all(fresh.map(({ db }) => digestView(db, shapes)));
    expect(found).to.deep.equal(expected);
    for (const database of fresh) await database.close();
  });

  it('are written by one transaction at a time, of whichever process, while another view is written too', async () => {
    const shared = await server.createDatabase('views-shared');
    const processes = [await viewsOnPostgres(shared), await viewsOnPostgres(shared)];
    let inside = 0;
    let most = 0;
    const advance = ({ directory }: ViewsDatabase) =>
      directory.transaction(async (transaction) => {
        most = Math.max(most, ++inside);
        const { checkpoint } = await transaction.standing();
        await transaction.saveCheckpoint(checkpoint + 1n);
        inside--;
        return checkpoint;
      });
    const seen = await Promise.all([...processes, ...processes, ...processes].map(advance));
    expect(most).to.equal(1);
    expect(seen.sort((a, b) => Number(a - b))).to.deep.equal([-1n, 0n, 1n, 2n, 3n, 4n]);
    const [one, other] = processes;
    await one?.directory.transaction(async () => other?.sessions.transaction(async () => undefined));
    for (const database of processes) await database.close();
  });

  it('show a reading transaction one state, and let it change nothing', async () => {
    const reader = openPostgres<ViewTables>({ url, access: 'read' });
    const users = (db: typeof reader) => db.selectFrom('users').select('user_id').execute();
    const row = { app_key: 'snapshot', user_id: 'new', is_primary: 0, time_joined: START };
    await reader.transaction().execute(async (snapshot) => {
      const before = await users(snapshot);
      await postgres.db.insertInto('users').values(row).execute();
      expect(await users(snapshot)).to.deep.equal(before);
      expect(await users(reader)).to.have.length(before.length + 1);
    });
    const written = reader.transaction().execute((snapshot) => snapshot.deleteFrom('users').execute());
    expect(await written.catch((error: Error) => error.message)).to.match(/read-only/);
    await postgres.db.deleteFrom('users').where('app_key', '=', 'snapshot').execute();
    await reader.destroy();
  });
});

/** What the queries of SQL views work with. */
function depsOf({ db }: ViewsDatabase): QueryDeps {
  const deps = {
    directory: db,
    sessions: sqlSessionView(db as never),
    sessionIndex: sessionIndex(db as never),
    progress: { isBehind: () => false },
    store: { streamName: () => 'session-none', readStream: async () => undefined },
    now: () => START + 3_600_000,
  };
  return deps as unknown as QueryDeps;
}
