import { expect } from 'chai';
import type { Kysely } from 'kysely';
import { openSqlite } from '../../../infra/sql/sqlite-database.js';
import { type DirectoryTables, directoryShapes } from '../../../projections/directory/tables.js';
import { expiredInDirectory } from '../../../projections/sessions/expired-in-directory.js';
import { createTables } from '../../../projections/sql/table-shape.js';

describe('expired sessions, from the directory', () => {
  let db: Kysely<DirectoryTables>;

  before(async () => {
    db = openSqlite<DirectoryTables>({ file: ':memory:' });
    await createTables(db, directoryShapes, '');
    for (const [handle, expires_at] of [
      ['later', 300],
      ['second', 200],
      ['first', 100],
    ] as const)
      await db
        .insertInto('user_sessions')
        .values({ app_key: 'app', handle, user_id: 'u', tenant_key: 't', expires_at })
        .execute();
  });

  after(() => db?.destroy());

  it('are those whose time is over, in the order in which it ended, up to a limit', async () => {
    const handles = async (now: number, limit: number) =>
      (await expiredInDirectory(db)(now, limit)).map(({ appKey, handle }) => `${appKey} ${handle}`);
    expect(await handles(200, 10)).to.deep.equal(['app first', 'app second']);
    expect(await handles(500, 2)).to.deep.equal(['app first', 'app second']);
    expect(await handles(99, 10)).to.deep.equal([]);
  });
});
