import { openConnection } from './connection.js';
import { startService } from './processes.js';

/** Creates many apps one after the other, uses some of them, and prints what an app costs. */
const APPS = Number(process.env.BENCH_APPS ?? 5_000);
const USED = Number(process.env.BENCH_USED_APPS ?? 200);

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function report(what: string, times: number[]): void {
  times.sort((a, b) => a - b);
  console.log(`${what}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`);
}

const service = await startService({ ANNALS_TEST_MODE: 'true' });
const connection = await openConnection(service.port);
const timed = async (method: string, path: string, body?: object): Promise<number> => {
  const start = performance.now();
  await connection.request(method, path, body === undefined ? '' : JSON.stringify(body));
  return performance.now() - start;
};

const before = service.rss();
const creations: number[] = [];
for (let i = 0; i < APPS; i++)
  creations.push(await timed('PUT', '/recipe/multitenancy/app/v2', { appId: `app-${i}`, coreConfig: {} }));
report(`creating one of ${APPS} apps`, creations);
console.log(`memory: ${before.toFixed(0)} MB before, ${service.rss().toFixed(0)} MB after`);

const first: number[] = [];
const session = { userId: 'u', userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
const beforeUse = service.rss();
for (let i = 0; i < USED; i++) first.push(await timed('POST', `/appid-app-${i}/recipe/session`, session));
report(`first session of an app (makes its keys), one after the other, ${USED} apps`, first);
console.log(`memory: ${beforeUse.toFixed(0)} MB before, ${service.rss().toFixed(0)} MB after`);
connection.close();
await service.stop();
