import { Client, type ClientBase } from 'pg';
import { clientConfig, lockStatement, type PostgresPlace, quoted } from './connection.js';
import { translated } from './failures.js';

/** The tables of an adapter at one version. */
export interface SchemaDefinition {
  /** What the operator knows it as. */
  readonly what: string;
  readonly version: number;
  readonly statements: string;
}

/**
 * Makes the schema and its tables where they are missing. Several processes may do so at the same time.
 *
 * @param definition none: the schema alone, whose tables somebody else makes
 * @throws StoreUnavailableError; Error if the database is not in UTF-8, or the tables were made by another version of Annals
 */
export async function prepareSchema(place: PostgresPlace, definition?: SchemaDefinition): Promise<void> {
  const client = new Client(clientConfig(place));
  // What the connection has to say is said by the statements that fail.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN');
    await client.query(lockStatement(`annals ${place.schema} schema`));
    await requireUtf8(client);
    const { rows } = await client.query<{ missing: boolean }>('SELECT to_regnamespace($1) IS NULL AS missing', [
      place.schema,
    ]);
    if (rows[0]?.missing) await client.query(`CREATE SCHEMA ${quoted(place.schema)}`);
    if (definition) await makeTables(client, place.schema, definition);
    await client.query('COMMIT');
  } catch (error) {
    throw translated(error);
  } finally {
    await client.end();
  }
}

async function requireUtf8(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  if (rows[0]?.server_encoding !== 'UTF8') {
    throw new Error(
      `The PostgreSQL database is in ${rows[0]?.server_encoding}: make one with CREATE DATABASE … ENCODING 'UTF8'`,
    );
  }
}

async function makeTables(client: ClientBase, schema: string, definition: SchemaDefinition): Promise<void> {
  const { what, version, statements } = definition;
  const { rows } = await client.query<{ made: boolean }>('SELECT to_regclass($1) IS NOT NULL AS made', [
    `${schema}.schema_version`,
  ]);
  if (!rows[0]?.made) {
    await client.query(statements);
    await client.query('CREATE TABLE schema_version (version integer NOT NULL)');
    await client.query('INSERT INTO schema_version VALUES ($1)', [version]);
    return;
  }
  const found = (await client.query<{ version: number }>('SELECT version FROM schema_version')).rows[0]?.version;
  if (found !== version) {
    throw new Error(
      `The ${what} in the PostgreSQL schema ${schema} has version ${found}, this version of Annals knows ${version}: run the version that made it`,
    );
  }
}
