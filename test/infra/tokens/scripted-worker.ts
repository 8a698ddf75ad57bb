import { parentPort } from 'node:worker_threads';
import type { Request } from '../../../infra/tokens/worker-pool.js';

/** A worker that does what each job says (`die`, `die once`, `fail`), or else says it back. */
export interface ScriptedJob {
  readonly say: string;
  /** Counts the deaths over this job across workers. */
  readonly deaths: Int32Array;
}

function dies({ say, deaths }: ScriptedJob): boolean {
  return say === 'die' || (say === 'die once' && Atomics.load(deaths, 0) === 0);
}

parentPort?.on('message', ({ id, jobs }: Request<ScriptedJob>) => {
  for (const job of jobs.filter(dies)) {
    Atomics.add(job.deaths, 0, 1);
    throw new Error('told to die');
  }
  const answers = jobs.map(({ say }) => (say === 'fail' ? { ok: false, reason: say } : { ok: true, value: say }));
  parentPort?.postMessage({ id, answers });
});
