import { expect } from 'chai';
import type { Kysely } from 'kysely';
import { openSqlite } from '../../infra/sql/sqlite-database.js';
import { differingRows, HIDDEN } from '../../projections/sql/difference.js';
import { differingTables, digestView } from '../../projections/sql/digest.js';
import {
  createTables,
  optionalText,
  type TableShapes,
  tablesFit,
  text,
  time,
} from '../../projections/sql/table-shape.js';

interface Tables {
  people: { app_key: string; id: string; email: string | null; at: number };
  notes: { app_key: string; id: string };
}

const shapes: TableShapes<Tables> = {
  people: {
    columns: { app_key: text, id: text, email: optionalText, at: time },
    primaryKey: ['app_key', 'id'],
    indexes: [['email']],
  },
  notes: { columns: { app_key: text, id: text }, primaryKey: ['app_key', 'id'], indexes: [] },
};

type Person = Tables['people'];

const UUID = '7d1a7c1e-3f3b-4a51-9f5e-9a2b0c7d8e9f';

describe('digests and differences of views', () => {
  let open: Kysely<Tables>[];

  beforeEach(() => {
    open = [];
  });

  afterEach(async () => {
    for (const db of open) await db.destroy();
  });

  async function database(people: readonly Person[] = []): Promise<Kysely<Tables>> {
    const db = openSqlite<Tables>({ file: ':memory:' });
    open.push(db);
    await createTables(db, shapes, '');
    for (const person of people) await db.insertInto('people').values(person).execute();
    return db;
  }

  const person = (id: string, more: Partial<Person> = {}): Person => ({
    ...{ app_key: 'public', id, email: null, at: 1 },
    ...more,
  });

  const digest = async (db: Kysely<Tables>) => (await digestView(db, shapes)).sha256;

  it('the order in which rows were written does not matter', async () => {
    const rows = ['b', 'a', 'é', 'Z', '😀', '\uffee'].map((id) => person(id));
    expect(await digest(await database(rows))).to.equal(await digest(await database(rows.toReversed())));
  });

  it('every value matters', async () => {
    const digests = await Promise.all(
      [
        [],
        [person('a')],
        [person('a', { email: '' })],
        [person('a', { email: 'null' })],
        [person('a', { at: 2 })],
        [person('a', { app_key: 'b' })],
        [person('a'), person('b')],
      ].map(async (rows) => digest(await database(rows))),
    );
    expect(new Set(digests).size).to.equal(digests.length);
  });

  it('counts rows and names the tables that differ', async () => {
    const a = await digestView(await database([person('a'), person('b')]), shapes);
    const b = await digestView(await database([person('a')]), shapes);
    expect(a.tables.get('people')?.rows).to.equal(2);
    expect(differingTables(a, b)).to.deep.equal(['people']);
    expect(differingTables(a, a)).to.deep.equal([]);
  });

  it('finds missing, extra and changed rows in the order of the key', async () => {
    const [ids, others] = [
      ['a', 'b', 'd', '\uffee'],
      ['b', 'c', 'd', '😀'],
    ];
    const first = await database((ids ?? []).map((id) => person(id, { app_key: id })));
    const second = await database((others ?? []).map((id) => person(id, { app_key: id, at: id === 'd' ? 2 : 1 })));
    const found = await differingRows(first, second, 'people', shapes.people, 10);
    expect(found.map(({ key, difference }) => [key.app_key, difference])).to.deep.equal([
      ['a', { missingIn: 'second' }],
      ['c', { missingIn: 'first' }],
      ['d', { columns: ['at'] }],
      ['\uffee', { missingIn: 'second' }],
      ['😀', { missingIn: 'first' }],
    ]);
  });

  it('stops at the limit', async () => {
    const first = await database(['a', 'b', 'c'].map((id) => person(id)));
    expect(await differingRows(first, await database(), 'people', shapes.people, 2)).to.have.length(2);
  });

  it('never tells personal values: neither of the key nor of other columns', async () => {
    const first = await database([person('ann@example.org'), person(UUID, { email: 'ann@example.org' })]);
    const second = await database([person(UUID, { email: 'bea@example.org' })]);
    const found = await differingRows(first, second, 'people', shapes.people, 5);
    expect(JSON.stringify(found)).to.not.include('example.org');
    expect(found.map(({ key }) => key)).to.deep.equal([
      { app_key: 'public', id: UUID },
      { app_key: 'public', id: HIDDEN },
    ]);
  });

  it('tells whether all tables have the columns they should have', async () => {
    const db = await database();
    expect(await tablesFit(db, shapes)).to.equal(true);
    const { email: _email, ...fewer } = shapes.people.columns;
    expect(await tablesFit(db, { ...shapes, people: { ...shapes.people, columns: fewer } })).to.equal(false);
    const nullable = { ...shapes.people.columns, at: optionalText };
    expect(await tablesFit(db, { ...shapes, people: { ...shapes.people, columns: nullable } })).to.equal(false);
    expect(await tablesFit(db, { ...shapes, more: shapes.notes })).to.equal(false);
  });
});
