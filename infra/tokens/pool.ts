import { availableParallelism } from 'node:os';
import type { TokenMinter } from '../ports/tokens.js';
import type { TokenJob, TokenJobKinds, TokenResult } from './jobs.js';
import { createWorkerPool, type WorkerPoolOptions } from './worker-pool.js';

/** A token minter on worker threads, by default one per available core. */
export function createTokenMinter(options: Partial<WorkerPoolOptions> = {}): TokenMinter {
  const pool = createWorkerPool<TokenJob, TokenResult>({
    script: new URL('./worker.js', import.meta.url),
    workers: Math.max(1, availableParallelism()),
    jobsPerMessage: 8,
    messagesPerWorker: 2,
    maxQueued: 4096,
    ...options,
  });
  const run = <K extends keyof TokenJobKinds>(kind: K, job: TokenJobKinds[K][0]) =>
    pool.run({ kind, job } as TokenJob) as Promise<TokenJobKinds[K][1]>;
  return {
    mintSession: (job) => run('session', job),
    mintAccess: (job) => run('access', job),
    signJwt: (job) => run('jwt', job),
    openRefreshToken: (refreshTokenKey, token) => run('open', { refreshTokenKey, token }),
    stats: pool.stats,
    close: pool.close,
  };
}
