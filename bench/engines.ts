import { type Engines, type SharedProfile, startEngines } from '../test/support/engines.js';
import { startInstallation } from '../test/support/installation.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { load, type Step } from './load.js';
import { startService } from './processes.js';
import { passwordSteps, sessionSteps } from './scenarios.js';

const MS = Number(process.env.BENCH_MS ?? 2_000);
const ROUNDS = 3;
const CONNECTIONS = 16;
const HASHING = { BCRYPT_LOG_ROUNDS: '4', LOG_LEVEL: 'ERROR', ANNALS_TEST_MODE: 'false' };

/** Something that serves the same interface. */
interface Subject {
  readonly name: string;
  readonly port: number;
  stop(): Promise<void>;
}

const OPERATIONS: readonly { readonly name: string; readonly step: () => Step }[] = [
  { name: 'sign-up (cheap hash)', step: passwordSteps.signUp },
  { name: 'session create', step: sessionSteps.create },
  { name: 'session refresh', step: sessionSteps.refresh },
  { name: 'session verify', step: () => sessionSteps.verify(false) },
  { name: 'session verify + db', step: () => sessionSteps.verify(true) },
  { name: 'session get', step: sessionSteps.get },
];

const server = await startPostgres();
const stopping: (() => Promise<void>)[] = [() => server.remove()];

async function enginesOf(profile: SharedProfile): Promise<Engines> {
  const engines = await startEngines(profile, server);
  stopping.unshift(() => engines.stop());
  return engines;
}

async function embedded(): Promise<Subject> {
  return { name: 'embedded', ...(await startService(HASHING)) };
}

async function whole(name: string, profile: SharedProfile): Promise<Subject> {
  const { env } = await enginesOf(profile);
  return { name, ...(await startService({ ...HASHING, ...env })) };
}

async function inRoles(name: string, commands: number): Promise<Subject> {
  const engines = await enginesOf('postgres-redis');
  const installation = await startInstallation({ engines, count: 1, counts: { command: commands }, env: HASHING });
  return {
    name,
    port: Number(new URL(installation.processes.gateway[0]?.url ?? '').port),
    async stop() {
      await installation.stop();
    },
  };
}

/** Every operation on each of the subjects in turns, so that a slow moment of the machine hits all of them. */
async function measure(subjects: readonly Subject[], step: () => Step): Promise<readonly number[]> {
  const best = subjects.map(() => 0);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, { port }] of subjects.entries())
      best[i] = Math.max(best[i] ?? 0, (await load(port, CONNECTIONS, MS, step())).perSecond);
  return best;
}

const subjects: Subject[] = [];
try {
  subjects.push(await embedded());
  subjects.push(await whole('PostgreSQL log', 'postgres-redis'));
  subjects.push(await whole('KurrentDB double', 'kurrentdb'));
  subjects.push(await inRoles('roles, 1 command', 1));
  subjects.push(await inRoles('roles, 2 command', 2));
  for (const { port } of subjects) await load(port, CONNECTIONS, MS, sessionSteps.create());
  console.log(['operation'.padEnd(22), ...subjects.map(({ name }) => name.padStart(18))].join(''));
  for (const { name, step } of OPERATIONS) {
    const rates = await measure(subjects, step);
    const [base = Number.NaN] = rates;
    const columns = rates.map((rate) => `${rate.toFixed(0)}/s ${(rate / base).toFixed(2)}`.padStart(18));
    console.log([name.padEnd(22), ...columns].join(''));
  }
} finally {
  for (const subject of subjects) await subject.stop();
  for (const stop of stopping) await stop();
}
