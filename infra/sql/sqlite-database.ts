import Database from 'better-sqlite3';
import { Kysely, type KyselyPlugin, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

export interface SqliteOptions {
  readonly file: string;
  readonly readonly?: boolean;
  /** How long SQLite may wait for a lock, in ms (10,000); the event loop stands still meanwhile. */
  readonly busyTimeout?: number;
  readonly plugins?: readonly KyselyPlugin[];
}

const DEFAULT_BUSY_TIMEOUT_MS = 10_000;

/**
 * The wait of a connection that writes to a view beside others. Short, because the process serves requests; what
 * finds the lock taken is tried again later (whileBusy).
 */
export const SHORT_BUSY_TIMEOUT_MS = 3;

/**
 * Opens a Kysely instance on a SQLite file of views: WAL, `synchronous=NORMAL` (a view that loses its last
 * transactions catches up from the log), `secure_delete=ON` so that erased rows leave no bytes behind.
 * Transactions take the write lock at their start, statements are prepared once.
 */
export function openSqlite<DB>(options: SqliteOptions): Kysely<DB> {
  return new Kysely<DB>({
    dialect: new SqliteDialect({ database: async () => withPreparedStatements(connect(options)) }),
    plugins: [...(options.plugins ?? [])],
  });
}

/** Opens an empty database that belongs to this handle alone: a file without a name once it gets large, gone when it is closed. */
export function openScratchSqlite<DB>(): Kysely<DB> {
  return new Kysely<DB>({
    dialect: new SqliteDialect({
      database: async () => {
        const connection = new Database('');
        connection.pragma('journal_mode = MEMORY');
        connection.pragma('cache_size = -64000');
        return withPreparedStatements(connection);
      },
    }),
  });
}

function connect(options: SqliteOptions): Database.Database {
  const connection = new Database(options.file, { readonly: options.readonly ?? false });
  connection.pragma(`busy_timeout = ${DEFAULT_BUSY_TIMEOUT_MS}`);
  if (!options.readonly) {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL');
    connection.pragma('secure_delete = ON');
  }
  connection.pragma('cache_size = -16000');
  connection.pragma(`busy_timeout = ${options.busyTimeout ?? DEFAULT_BUSY_TIMEOUT_MS}`);
  return connection;
}

function withPreparedStatements(connection: Database.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const text = sql === 'begin' && !connection.readonly ? 'begin immediate' : sql;
      let statement = statements.get(text);
      if (!statement) {
        statement = connection.prepare(text) as unknown as SqliteStatement;
        if (isCacheable(text)) statements.set(text, statement);
      }
      return statement;
    },
    close: () => connection.close(),
  };
}

const MAX_CACHED_LENGTH = 2_000;

/** Schema statements run once, and very long texts (many values) are rarely the same twice. */
function isCacheable(sql: string): boolean {
  return sql.length < MAX_CACHED_LENGTH && !/^\s*(create|drop|alter|pragma)/i.test(sql);
}
