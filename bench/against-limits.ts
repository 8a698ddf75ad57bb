import { ARGON2, argon2Limit, durableInsertLimit, signingLimit, verifyingLimit } from './limits.js';
import { type LoadResult, load, type Step } from './load.js';
import { startBareServer, startService } from './processes.js';
import { passwordSteps, sessionSteps } from './scenarios.js';

const CONNECTIONS = [1, 16, 64];
const MS = Number(process.env.BENCH_MS ?? 4_000);

interface Limit {
  readonly name: string;
  readonly perSecond: number;
}

function report(name: string, connections: number, result: LoadResult, limit: Limit): void {
  const share = (100 * result.perSecond) / limit.perSecond;
  const columns = [
    name.padEnd(26),
    String(connections).padStart(4),
    result.perSecond.toFixed(0).padStart(8),
    result.p50.toFixed(2).padStart(8),
    result.p99.toFixed(2).padStart(8),
    `${share.toFixed(0)} %`.padStart(7),
    `of ${limit.name} (${limit.perSecond.toFixed(0)}/s)`,
  ];
  console.log(columns.join(' '));
}

async function measure(port: number, name: string, step: () => Step, limit: Limit): Promise<void> {
  for (const connections of CONNECTIONS) report(name, connections, await load(port, connections, MS, step()), limit);
}

/** Measures every operation beside the physical limit that bounds it, in one run on one machine. */
const signing = { name: 'RS256 signing, all cores', perSecond: await signingLimit() };
const verifying = { name: 'RS256 verification, one core', perSecond: verifyingLimit() };
const argon2 = { name: 'argon2id, all cores', perSecond: await argon2Limit() };
const inserts = { name: 'durable SQLite inserts', perSecond: durableInsertLimit() };

const bare = await startBareServer();
const body = JSON.stringify({ accessToken: 'x'.repeat(900), doAntiCsrfCheck: false, enableAntiCsrf: false });
const bareStep: Step = async (connection) => {
  await connection.request('POST', '/', body);
};
const http: { name: string; perSecond: number } = { name: 'bare node:http with JSON', perSecond: 0 };

console.log('operation                  conn    req/s   p50 ms   p99 ms   share  limit');
for (const connections of CONNECTIONS) {
  const result = await load(bare.port, connections, MS, bareStep);
  http.perSecond = Math.max(http.perSecond, result.perSecond);
  report('bare node:http', connections, result, { ...http });
}
await bare.stop();

const service = await startService({
  PASSWORD_HASHING_ALG: 'ARGON2',
  ARGON2_MEMORY_KB: String(ARGON2.memoryCost),
  ARGON2_ITERATIONS: String(ARGON2.timeCost),
  ARGON2_PARALLELISM: String(ARGON2.parallelism),
  ARGON2_HASHING_POOL_SIZE: '2',
});
await load(service.port, 16, 3_000, sessionSteps.create());
await measure(service.port, 'session create', sessionSteps.create, signing);
await measure(service.port, 'session create, new user', sessionSteps.createForNewUsers, signing);
await measure(service.port, 'session refresh', sessionSteps.refresh, signing);
await measure(service.port, 'session verify', () => sessionSteps.verify(false), http);
await measure(service.port, 'session verify + db', () => sessionSteps.verify(true), http);
await measure(service.port, 'session get', sessionSteps.get, http);
await measure(service.port, 'sign-up', passwordSteps.signUp, argon2);
await measure(service.port, 'sign-in', passwordSteps.signIn, argon2);
console.log(
  `\n${verifying.name}: ${verifying.perSecond.toFixed(0)}/s, ${inserts.name}: ${inserts.perSecond.toFixed(0)}/s`,
);
console.log(`memory of the service afterwards: ${service.rss().toFixed(0)} MB`);
await service.stop();
