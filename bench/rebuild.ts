import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sqlView } from '../cli/service/sql-views.js';
import { openStores } from '../cli/service/stores.js';
import { annalsSettings } from '../infra/config/annals-settings.js';
import { BEGINNING, type EventLog, type Position } from '../infra/ports/event-log.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { startRedis } from '../test/support/redis-server.js';
import { startClients } from './busy-clients.js';
import { fillLog } from './filled-log.js';
import { startService } from './processes.js';

/**
 * Fills a log, and rebuilds directory and sessions from it while clients write to the service. Prints how fast that is,
 * compared with how fast the log can be read, whether the views were equal, and what the clients saw of it.
 *
 * `postgres` as an argument: log and directory in PostgreSQL, sessions in Redis, on servers of its own.
 */
const USERS = Number(process.env.BENCH_USERS ?? 200_000);
const SESSIONS = Number(process.env.BENCH_SESSIONS ?? 200_000);
const CLIENTS = Number(process.env.BENCH_CLIENTS ?? 2);
const PAGE = 1_000;
const ANNALS = fileURLToPath(new URL('../cli/annals.cjs', import.meta.url));
const CHEAP_HASHES = { ARGON2_MEMORY_KB: '64', BCRYPT_LOG_ROUNDS: '4', ANNALS_TEST_MODE: 'true' };

interface Place {
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

async function inFiles(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'annals-bench-'));
  return { env: { ANNALS_DATA_DIR: folder }, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}

async function onServers(): Promise<Place> {
  const files = await inFiles();
  const postgres = await startPostgres();
  const redis = await startRedis();
  const url = await postgres.createDatabase('bench');
  return {
    env: {
      ...files.env,
      ANNALS_EVENT_LOG_URL: url,
      ANNALS_DIRECTORY_URL: url,
      ANNALS_KEYRING_URL: url,
      ANNALS_SESSIONS_URL: redis.url,
      ANNALS_MASTER_KEY: '5a'.repeat(32),
    },
    async remove() {
      await redis.remove();
      await postgres.remove();
      await files.remove();
    },
  };
}

const perSecond = (count: number, ms: number) => Math.round((count * 1_000) / ms);
const shown = (n: number) => n.toLocaleString('en');
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** How many events of some streams there are, and how fast they can be read. */
async function reading(log: EventLog, streamPrefixes: readonly string[]) {
  const started = performance.now();
  let events = 0;
  let after: Position = BEGINNING;
  for (;;) {
    const page = await log.readAll({ after, limit: PAGE, filter: { streamPrefixes } });
    events += page.length;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return { events, rate: perSecond(events, performance.now() - started) };
    after = last.position;
  }
}

interface CommandRun {
  readonly ms: number;
  /** Until the copy had caught up for the first time. */
  readonly filledAfterMs: number;
  readonly output: string;
}

function projections(place: Place, ...given: string[]): Promise<CommandRun> {
  const started = performance.now();
  const child: ChildProcess = spawn(process.execPath, [ANNALS, 'projections', ...given], {
    env: { PATH: process.env.PATH, ...place.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let filledAfterMs = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    if (filledAfterMs === 0 && chunk.toString().includes('comparing')) filledAfterMs = performance.now() - started;
    if (process.env.BENCH_VERBOSE) process.stderr.write(chunk);
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const ms = performance.now() - started;
      if (code === 0) resolve({ ms, filledAfterMs: filledAfterMs || ms, output });
      else reject(new Error(`annals projections ${given.join(' ')} exited with ${code}:\n${output}`));
    });
  });
}

async function measure(place: Place): Promise<void> {
  const loaded = annalsSettings(place.env);
  if (loaded.status !== 'OK') throw new Error(loaded.message);
  const filling = performance.now();
  const stores = await openStores(loaded.settings, Date.now);
  await fillLog(stores, USERS, SESSIONS, Date.now());
  console.log(
    `log filled in ${seconds(performance.now() - filling)}: ${shown(USERS)} users, ${shown(SESSIONS)} sessions`,
  );
  const rates = new Map<string, Awaited<ReturnType<typeof reading>>>();
  for (const name of ['directory', 'sessions'])
    rates.set(name, await reading(stores.log, sqlView(name).view.streamPrefixes));
  await stores.close();

  const built = await projections(place, 'rebuild', '--grace', '0');
  console.log(`both views built, alone: ${seconds(built.ms)}`);
  const service = await startService({ ...CHEAP_HASHES, ...place.env });
  for (const [name, { events, rate }] of rates) {
    const clients = await startClients(service.port, CLIENTS);
    const run = await projections(place, 'rebuild', name, '--grace', '0');
    const report = await clients.stop();
    const filled = perSecond(events, run.filledAfterMs);
    console.log(`
${name}: ${shown(events)} events, filled in ${seconds(run.filledAfterMs)}, all in all ${seconds(run.ms)}
  ${shown(filled)} events/s, ${(filled / rate).toFixed(2)} of the ${shown(rate)} events/s at which the log can be read
  ${/as it was before/.test(run.output) ? 'equal to the live view by digest' : `NOT EQUAL:\n${run.output}`}
  clients meanwhile: ${shown(report.writes)} writes, ${shown(report.reads)} reads, ${report.failed} failed, ${report.stale} stale, ${report.lost} lost`);
  }
  const verified = await projections(place, 'verify');
  console.log(
    `\nverified afterwards in ${seconds(verified.ms)}:\n${verified.output.match(/^.*(EQUAL|DIFFERENT|sha256).*$/gm)?.join('\n')}`,
  );
  await service.stop();
}

const place = await (process.argv.includes('postgres') ? onServers() : inFiles());
try {
  await measure(place);
} finally {
  await place.remove();
}
