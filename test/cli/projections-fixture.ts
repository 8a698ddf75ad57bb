import { spawn } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteEventLog } from '../../infra/sqlite/event-log.js';
import { ANNALS } from '../support/annals-process.js';

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `annals projections …` on a data directory. */
export function projections(dataDir: string, ...given: readonly string[]): Promise<CliRun> {
  return projectionsOf({ ANNALS_DATA_DIR: dataDir }, ...given);
}

/** Runs `annals projections …` on the stores that an environment names. A rebuild gives no grace unless it is told to. */
export function projectionsOf(stores: Readonly<Record<string, string>>, ...given: readonly string[]): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, ...stores };
    const all = given[0] === 'rebuild' && !given.includes('--grace') ? [...given, '--grace', '0'] : given;
    const child = spawn(process.execPath, [ANNALS, 'projections', ...all], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Changes a database of the data directory behind everybody's back. */
export function tamper(dataDir: string, file: string, statement: string): void {
  const db = new Database(join(dataDir, file));
  try {
    db.exec(statement);
  } finally {
    db.close();
  }
}

/** Looks into a database of the data directory. */
export function peek(dataDir: string, file: string, query: string): unknown[] {
  const db = new Database(join(dataDir, file), { readonly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

/** Appends an event of a known type whose data nobody can read. */
export async function appendPoison(dataDir: string, stream: string, type: string): Promise<void> {
  const log = await openSqliteEventLog({ file: join(dataDir, 'log.db') });
  try {
    const id = '00000000-0000-4000-8000-00000000bad1';
    await log.append([{ stream, id, type, data: '{"poison":true}', metadata: {} }], []);
  } finally {
    await log.close();
  }
}
