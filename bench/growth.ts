import { openConnection } from './connection.js';
import { type LoadResult, load, type Step } from './load.js';
import { startService } from './processes.js';
import { createSession, sessionSteps } from './scenarios.js';

/** Measures the same operations with few and with many stored sessions, and prints what growth costs. */
const SMALL = 1_000;
const LARGE = Number(process.env.BENCH_SESSIONS ?? 200_000);
const CONNECTIONS = 16;
const MS = Number(process.env.BENCH_MS ?? 5_000);
const ROUNDS = 2;

const steps: Readonly<Record<string, () => Step>> = {
  create: sessionSteps.create,
  refresh: sessionSteps.refresh,
  verify: () => sessionSteps.verify(false),
  'verify + db': () => sessionSteps.verify(true),
  get: sessionSteps.get,
};

async function fill(port: number, from: number, to: number): Promise<void> {
  const connections = await Promise.all(Array.from({ length: 32 }, () => openConnection(port)));
  let left = to - from;
  await Promise.all(
    connections.map(async (connection) => {
      while (left-- > 0) await createSession(connection);
    }),
  );
  for (const connection of connections) connection.close();
}

/** The best of some rounds: what disturbs a machine only ever slows it down. */
async function measure(port: number, step: () => Step): Promise<LoadResult> {
  let best: LoadResult | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const result = await load(port, CONNECTIONS, MS, step());
    if (!best || result.perSecond > best.perSecond) best = result;
  }
  if (!best) throw new Error('nothing was measured');
  return best;
}

const small = await startService();
const large = await startService();
await fill(small.port, 0, SMALL);
await fill(large.port, 0, LARGE);
console.log(`operation      at ${SMALL}   at ${LARGE}   cost ratio`);
for (const [name, step] of Object.entries(steps)) {
  const few = await measure(small.port, step);
  const many = await measure(large.port, step);
  const ratio = few.perSecond / many.perSecond;
  console.log(
    `${name.padEnd(12)} ${few.perSecond.toFixed(0).padStart(8)} ${many.perSecond.toFixed(0).padStart(10)} ${ratio.toFixed(2).padStart(10)}`,
  );
}
console.log(`memory: ${small.rss().toFixed(0)} MB and ${large.rss().toFixed(0)} MB`);
await small.stop();
await large.stop();
