import {
  HandleEmptyInListsPlugin,
  Kysely,
  type KyselyPlugin,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  type PostgresPool,
  type PostgresPoolClient,
  PostgresQueryCompiler,
  replaceWithNoncontingentExpression,
} from 'kysely';
import { type Pool, type PoolClient, types } from 'pg';
import { binaryTextOrder } from './binary-text-order.js';
import { connectionPool, lockStatement, type PostgresPlace } from './connection.js';
import { SqlCursor } from './cursor.js';
import { translated } from './failures.js';
import { prepareSchema } from './schema.js';
import { fromText, toParameter } from './values.js';

export interface PostgresOptions {
  /** A connection string: `postgresql://user:password@host:port/database`. The database is in UTF-8. */
  readonly url: string;
  /** The schema of the tables (`annals_views`). */
  readonly schema?: string;
  /**
   * What the handle is for. One that writes makes the schema if there is none, and each of its transactions runs alone
   * among all those of handles with the same lock, of whichever process: it is named for the view it writes. A
   * transaction of one that reads sees one state of the database.
   */
  readonly access: { readonly lock: string } | 'read';
  /** How long the server may take for one statement, and a transaction may wait for its turn, in ms (10,000). */
  readonly timeout?: number;
  /** How many connections at most (4). */
  readonly connections?: number;
  readonly plugins?: readonly KyselyPlugin[];
}

/**
 * Opens a Kysely instance on a PostgreSQL schema of views, for the same queries as SQLite's: whole numbers of any size
 * come as JS numbers, columns of text are made to be sorted by their bytes, and texts may hold U+0000. Nothing is connected before the first
 * query. Queries throw StoreUnavailableError while the database can't be reached.
 */
export function openPostgres<DB>(options: PostgresOptions): Kysely<DB> {
  const { url, schema = 'annals_views', access, timeout = 10_000, connections = 4, plugins = [] } = options;
  const place: PostgresPlace = { url, schema, timeout };
  const writes = access !== 'read';
  const begin = writes
    ? `BEGIN; ${lockStatement(`annals ${schema} ${access.lock}`)}`
    : 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

  async function connect(): Promise<PostgresPool> {
    if (writes) await prepareSchema(place);
    return sharing(connectionPool(place, { max: connections, types: { getTypeParser: parserOf } }), begin);
  }

  return new Kysely<DB>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PostgresDriver({ pool: connect, cursor: SqlCursor }),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => inSchema(new PostgresIntrospector(db), schema),
    },
    plugins: [binaryTextOrder, emptyLists, ...plugins],
  });
}

/** Looks at the tables of one schema: others may have tables of the same names. */
function inSchema(introspector: PostgresIntrospector, schema: string): PostgresIntrospector {
  const getTables = introspector.getTables.bind(introspector);
  return Object.assign(introspector, {
    getTables: async (options?: Parameters<typeof getTables>[0]) =>
      (await getTables(options)).filter((table) => table.schema === schema),
  });
}

/** `in ()` is an error in PostgreSQL, and false in SQLite. */
const emptyLists = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression });

/** What a sum of the other whole numbers is, too. */
const WHOLE_NUMBERS: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);

const parserOf: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (WHOLE_NUMBERS.has(oid)) return Number;
  return oid === types.builtins.TEXT ? fromText : types.getTypeParser(oid, format as 'text');
};

/** A pool as Kysely wants it: transactions begin as told, and cursors are opened by SQL. */
function sharing(pool: Pool, begin: string): PostgresPool {
  const known = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    async connect() {
      const client = await pool.connect().catch(rethrown);
      let shared = known.get(client);
      if (!shared) {
        shared = asKyselyClient(client, begin);
        known.set(client, shared);
      }
      return shared;
    },
    end: () => pool.end(),
  };
}

function asKyselyClient(client: PoolClient, begin: string): PostgresPoolClient {
  const query = (statement: string | SqlCursor<unknown>, parameters?: readonly unknown[]) => {
    if (statement instanceof SqlCursor) return statement.on(client);
    return client.query(statement === 'begin' ? begin : statement, (parameters ?? []).map(toParameter)).catch(rethrown);
  };
  return {
    query: query as PostgresPoolClient['query'],
    // A transaction that did not get its lock has begun all the same, and Kysely does not end it.
    release: () => client.release(client.getTransactionStatus() !== 'I'),
  };
}

function rethrown(error: unknown): never {
  throw translated(error);
}
