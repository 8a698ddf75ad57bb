import { Worker } from 'node:worker_threads';
import type { BatchAnswer, BatchRequest, FromWriterThread, ToWriterThread } from './log-wire.js';
import type { WriterThreadData } from './log-writer-worker.js';

/** The thread that owns the log's write connection, so that waiting for the disk never blocks the event loop. */
export interface WriterThread {
  /** Carries out one batch; one at a time. Rejects if the thread ends before it has answered. */
  execute(request: BatchRequest): Promise<BatchAnswer>;
  /** Whether the thread is gone. */
  ended(): boolean;
  close(): Promise<void>;
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/**
 * Starts the thread; resolves once it has opened the file.
 *
 * @throws if it can't
 */
export async function startWriterThread(script: URL, data: WriterThreadData): Promise<WriterThread> {
  const worker = new Worker(script, { workerData: data });
  let waiting: Waiting<FromWriterThread> | undefined;
  let ended: Error | undefined;

  worker.on('message', (message: FromWriterThread) => {
    waiting?.resolve(message);
    waiting = undefined;
  });
  worker.on('error', end);
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      end(new Error(`The event log's writer thread ended with code ${code}`));
      resolve();
    });
  });

  function end(error: Error): void {
    ended ??= error;
    waiting?.reject(ended);
    waiting = undefined;
  }

  function answer(): Promise<FromWriterThread> {
    return new Promise((resolve, reject) => {
      if (ended) reject(ended);
      else waiting = { resolve, reject };
    });
  }

  await answer();
  return {
    async execute(request) {
      worker.postMessage(request satisfies ToWriterThread);
      const message = await answer();
      if (message === 'ready') throw new Error("The event log's writer thread started twice");
      return message;
    },
    ended: () => ended !== undefined,
    async close() {
      worker.postMessage('close' satisfies ToWriterThread);
      await exited;
    },
  };
}
