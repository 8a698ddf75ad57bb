import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmailPasswordUserSignedUp } from '../domain/user/events.js';
import { openSqlite } from '../infra/sql/sqlite-database.js';
import { type DirectoryTables, directoryShapes } from '../projections/directory/tables.js';
import { directoryView } from '../projections/directory/view.js';
import { createTables } from '../projections/sql/table-shape.js';
import type { QueryDeps } from '../query-service/query.js';
import { countUsers } from '../query-service/users/count-users.js';
import type { ListPlace } from '../query-service/users/list-order.js';
import { listUsers } from '../query-service/users/list-users.js';
import { searchUsers } from '../query-service/users/search-users.js';

/** Measures what is asked of the directory with few and with many users in it, and prints what growth costs. */
const LARGE = Number(process.env.BENCH_USERS ?? 500_000);
const SMALL = Math.min(10_000, LARGE);
const ROUNDS = 50;
const PAGE = 100;
const USERS_PER_TRANSACTION = 5_000;
const T0 = 1_700_000_000_000;
const TENANT = { appKey: 'public', tenantKey: 'public' };

interface Filled {
  readonly users: number;
  readonly deps: QueryDeps;
  remove(): Promise<void>;
}

type Operation = (filled: Filled) => Promise<number>;

/** A directory of its own on disk. Its users come by the view's handlers: no passwords are hashed for them. */
async function fill(users: number): Promise<Filled> {
  const folder = mkdtempSync(join(tmpdir(), 'annals-bench-'));
  const file = join(folder, 'directory.db');
  const writer = openSqlite<DirectoryTables>({ file });
  await createTables(writer, directoryShapes, '');
  for (let from = 0; from < users; from += USERS_PER_TRANSACTION)
    await writer.transaction().execute(async (tx) => {
      for (let i = from; i < Math.min(users, from + USERS_PER_TRANSACTION); i++) {
        const userId = randomUUID();
        const facts = { app: 'public', tenant: 'public', userId, email: emailOf(i), at: T0 + i };
        const event = EmailPasswordUserSignedUp({ ...facts, passwordHash: '', cause: 'signup' });
        const stored = { id: userId, stream: `user-public-${userId}`, revision: 0, position: BigInt(i) };
        await directoryView.handlers.get(event.type)?.(tx, {
          ...event,
          ...stored,
          recordedAt: T0 + i,
          metadata: {},
          erased: false,
        });
      }
    });
  await writer.destroy();
  const directory = openSqlite<DirectoryTables>({ file, readonly: true });
  return {
    users,
    deps: { directory } as Partial<QueryDeps> as QueryDeps,
    async remove() {
      await directory.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function emailOf(index: number): string {
  return `user-${String(index).padStart(8, '0')}@example.org`;
}

async function page({ deps }: Filled, from: ListPlace | null): Promise<number> {
  const input = { ...TENANT, recipes: null, order: 'ASC', limit: PAGE, from } as const;
  return (await listUsers.answer(deps, input)).users.length;
}

/** Each tells how many users it found: the same number in both directories, but for the count. */
const operations: Readonly<Record<string, Operation>> = {
  'first page of 100': (filled) => page(filled, null),
  'page in the middle': (filled) => page(filled, { timeJoined: T0 + Math.floor(filled.users / 2), userId: 'x' }),
  'search, 100 found': async ({ deps }) => {
    const tags = { email: [emailOf(1_200).slice(0, -'00@example.org'.length)], phone: [], provider: [] };
    return (await searchUsers.answer(deps, { ...TENANT, order: 'ASC', tags })).length;
  },
  'exact count': ({ deps }) => countUsers.answer(deps, { ...TENANT, recipes: null }),
};

async function timed(operation: Operation, filled: Filled, expected: number): Promise<number> {
  const start = performance.now();
  const found = await operation(filled);
  const ms = performance.now() - start;
  if (found !== expected) throw new Error(`${found} users were found instead of ${expected}`);
  return ms;
}

const small = await fill(SMALL);
const large = await fill(LARGE);
console.log(`operation            ms at ${SMALL}   ms at ${LARGE}   cost ratio`);
for (const [name, operation] of Object.entries(operations)) {
  const counts = name === 'exact count';
  let [few, many] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // In turns, and the best of all: what disturbs a machine only ever slows it down, and both alike.
  for (let round = 0; round < ROUNDS; round++) {
    few = Math.min(few, await timed(operation, small, counts ? SMALL : PAGE));
    many = Math.min(many, await timed(operation, large, counts ? LARGE : PAGE));
  }
  console.log(
    `${name.padEnd(20)} ${few.toFixed(3).padStart(11)} ${many.toFixed(3).padStart(14)} ${(many / few).toFixed(2).padStart(10)}`,
  );
}
await small.remove();
await large.remove();
