import { Worker } from 'node:worker_threads';
import {
  TokenMinterClosedError,
  TokenMinterOverloadedError,
  type TokenMinterStats,
  TokenMintingError,
} from '../ports/tokens.js';

/** What a worker is sent: some jobs, to be answered by one {@link Response} with the same id. */
export interface Request<J> {
  readonly id: number;
  readonly jobs: readonly J[];
}

export interface Response<R> {
  readonly id: number;
  /** In the order of the jobs. */
  readonly answers: readonly Answer<R>[];
}

export type Answer<R> = { readonly ok: true; readonly value: R } | { readonly ok: false; readonly reason: string };

export interface WorkerPoolOptions {
  /** The module that workers run. */
  readonly script: URL;
  /** How many workers there may be; each starts when it is needed first. */
  readonly workers: number;
  /** How many jobs go out in one message: more save messages, fewer answer sooner. */
  readonly jobsPerMessage: number;
  /** How many messages a worker may have at once: the second keeps it busy while the first one's answer travels. */
  readonly messagesPerWorker: number;
  /** How many jobs may wait beyond those that workers have. */
  readonly maxQueued: number;
}

export interface WorkerPool<J, R> {
  /** Rejects with TokenMinterOverloadedError, TokenMinterClosedError or TokenMintingError. */
  run(job: J): Promise<R>;
  stats(): TokenMinterStats;
  /** Finishes the jobs it has, then stops the workers. */
  close(): Promise<void>;
}

interface Task<J, R> {
  readonly job: J;
  readonly resolve: (value: R) => void;
  readonly reject: (error: Error) => void;
  readonly retry: boolean;
}

interface Slot<J, R> {
  readonly worker: Worker;
  readonly sent: Map<number, readonly Task<J, R>[]>;
}

/**
 * Runs jobs on worker threads, first come, first served. The jobs of one turn of the event loop share messages. The jobs
 * of a worker that dies are given to another one once.
 */
export function createWorkerPool<J, R>(options: WorkerPoolOptions): WorkerPool<J, R> {
  const queue: Task<J, R>[] = [];
  const slots = new Set<Slot<J, R>>();
  let nextId = 0;
  let completed = 0;
  let replaced = 0;
  let flushing = false;
  let closing: Promise<void> | undefined;
  let drained: (() => void) | undefined;

  const messages = (): number => [...slots].reduce((sum, slot) => sum + slot.sent.size, 0);

  function startSlot(): Slot<J, R> {
    const slot: Slot<J, R> = { worker: new Worker(options.script), sent: new Map() };
    slot.worker.on('message', (response: Response<R>) => settle(slot, response));
    slot.worker.on('messageerror', () => void slot.worker.terminate());
    // The reason is in what the retried job says; without a listener the process would go down.
    slot.worker.on('error', () => undefined);
    slot.worker.on('exit', () => bury(slot));
    slots.add(slot);
    return slot;
  }

  function freeSlot(): Slot<J, R> | undefined {
    const [leastBusy] = [...slots].sort((a, b) => a.sent.size - b.sent.size);
    if (leastBusy?.sent.size === 0) return leastBusy;
    if (slots.size < options.workers) return startSlot();
    return leastBusy && leastBusy.sent.size < options.messagesPerWorker ? leastBusy : undefined;
  }

  function dispatch(): void {
    while (queue.length > 0) {
      const slot = freeSlot();
      if (!slot) return;
      const room = options.workers * options.messagesPerWorker - messages();
      const tasks = queue.splice(0, Math.min(options.jobsPerMessage, Math.ceil(queue.length / room)));
      const request: Request<J> = { id: nextId++, jobs: tasks.map(({ job }) => job) };
      slot.sent.set(request.id, tasks);
      slot.worker.ref();
      slot.worker.postMessage(request);
    }
  }

  function dispatchAfterThisTurn(): void {
    if (flushing) return;
    flushing = true;
    setImmediate(() => {
      flushing = false;
      dispatch();
    });
  }

  function settle(slot: Slot<J, R>, { id, answers }: Response<R>): void {
    const tasks = slot.sent.get(id) ?? [];
    slot.sent.delete(id);
    if (slot.sent.size === 0) slot.worker.unref();
    for (const [index, task] of tasks.entries()) {
      const answer = answers[index];
      completed++;
      if (answer?.ok) task.resolve(answer.value);
      else task.reject(new TokenMintingError(`the job failed in its worker: ${answer?.reason ?? 'no answer'}`));
    }
    afterwards();
  }

  function bury(slot: Slot<J, R>): void {
    if (!slots.delete(slot)) return;
    replaced++;
    const orphans = [...slot.sent.values()].flat();
    for (const task of orphans.filter(({ retry }) => retry)) {
      completed++;
      task.reject(new TokenMintingError('the job was given up: two workers died over it'));
    }
    queue.unshift(...orphans.filter(({ retry }) => !retry).map((task) => ({ ...task, retry: true })));
    afterwards();
  }

  /** What was sent leaves with the next turn, so that new jobs caused by these answers share its messages. */
  function afterwards(): void {
    if (queue.length > 0) dispatchAfterThisTurn();
    else if (messages() === 0) drained?.();
  }

  async function shutDown(): Promise<void> {
    if (queue.length > 0 || messages() > 0) {
      await new Promise<void>((resolve) => {
        drained = resolve;
      });
    }
    const workers = [...slots].map(({ worker }) => worker);
    slots.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  return {
    run(job) {
      if (closing) return Promise.reject(new TokenMinterClosedError('the token minter is closed'));
      if (queue.length >= options.maxQueued) {
        return Promise.reject(new TokenMinterOverloadedError(`${queue.length} token jobs are waiting already`));
      }
      return new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject, retry: false });
        dispatchAfterThisTurn();
      });
    },
    stats() {
      const running = [...slots].flatMap(({ sent }) => [...sent.values()]).reduce((sum, { length }) => sum + length, 0);
      return { workers: slots.size, queued: queue.length, running, completed, replaced };
    },
    close() {
      closing ??= shutDown();
      return closing;
    },
  };
}
