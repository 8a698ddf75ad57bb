import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { RedisServer } from './redis-server.js';

/** All that a store holds, by the name of the place: a file, a table, a database. */
export type StoredBytes = ReadonlyMap<string, Buffer>;

/** Every file in a folder and those below it. */
export function filesIn(folder: string): StoredBytes {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path, readFileSync(path)]));
}

/** Every row of every table of a PostgreSQL database, as text; bytes are given as they are and not in hex. */
export async function tablesOf(url: string): Promise<StoredBytes> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string; quoted: string }>(
      `SELECT schemaname || '.' || tablename AS name, format('%I.%I', schemaname, tablename) AS quoted
       FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found = new Map<string, Buffer>();
    for (const { name, quoted } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${quoted} t`);
      found.set(name, Buffer.concat(rows.map(({ row }) => Buffer.from(`${withoutHex(row)}\n`))));
    }
    return found;
  } finally {
    await client.end();
  }
}

function withoutHex(row: string): string {
  return row.replace(/\\+x((?:[0-9a-f]{2})+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
}

/** How the values of each type are read. */
const READ: Readonly<Record<string, readonly [string, ...(string | number)[]]>> = {
  string: ['GET'],
  hash: ['HGETALL'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', 0, -1],
  list: ['LRANGE', 0, -1],
};

/** Every key of a Redis server, each with its value. */
export async function keysOf(redis: RedisServer): Promise<StoredBytes> {
  const found = new Map<string, Buffer>();
  for (const key of (await redis.command('KEYS', '*')) as string[]) {
    const type = String(await redis.command('TYPE', key));
    const [command, ...rest] = READ[type] ?? [];
    if (command === undefined) throw new Error(`${key} is of the type ${type}, which nobody here can read`);
    const value = JSON.stringify(await redis.command(command, key, ...rest));
    found.set(`redis ${key}`, Buffer.from(`${key}\n${value}`));
  }
  return found;
}
