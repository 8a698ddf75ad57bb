import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { hash } from '@node-rs/argon2';
import Database from 'better-sqlite3';

const SELF = fileURLToPath(import.meta.url);
const MEASURE_MS = 1_500;
const SIGNED_BYTES = 600;

/** The costs that sign-in is measured with. */
export const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** How often RS256 signs per second with a 2048 bit key, all cores together. */
export async function signingLimit(): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const rates = Array.from(
    { length: availableParallelism() },
    () =>
      new Promise<number>((resolve, reject) => {
        const worker = new Worker(SELF, { workerData: { pem } });
        worker.once('message', resolve);
        worker.once('error', reject);
      }),
  );
  return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
}

/** How often one core verifies RS256 per second. */
export function verifyingLimit(): number {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const data = Buffer.alloc(SIGNED_BYTES, 1);
  const signature = sign('RSA-SHA256', data, privateKey);
  const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
  return rateOf(() => verify('RSA-SHA256', data, key, signature));
}

/** How often argon2id hashes per second with as many at once as there are cores. */
export async function argon2Limit(): Promise<number> {
  const end = performance.now() + MEASURE_MS;
  let done = 0;
  const one = async () => {
    while (performance.now() < end) {
      await hash('orange-Kite-27', ARGON2);
      done++;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  return done / (MEASURE_MS / 1000);
}

/** How often SQLite commits one small row per second, each flushed to disk. */
export function durableInsertLimit(): number {
  const folder = mkdtempSync(join(tmpdir(), 'annals-bench-'));
  const db = new Database(join(folder, 'limit.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, data TEXT)');
  const insert = db.prepare('INSERT INTO t (data) VALUES (?)');
  const data = 'x'.repeat(SIGNED_BYTES);
  const rate = rateOf(() => insert.run(data));
  db.close();
  rmSync(folder, { recursive: true });
  return rate;
}

function rateOf(once: () => unknown): number {
  for (let i = 0; i < 50; i++) once();
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < MEASURE_MS) {
    for (let i = 0; i < 20; i++) once();
    done += 20;
  }
  return done / ((performance.now() - start) / 1000);
}

if (!isMainThread && workerData?.pem) {
  const key = createPrivateKey(workerData.pem);
  const data = Buffer.alloc(SIGNED_BYTES, 1);
  parentPort?.postMessage(rateOf(() => sign('RSA-SHA256', data, key)));
}
