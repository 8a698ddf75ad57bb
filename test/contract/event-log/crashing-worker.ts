/* The writer's thread, except that the first one to be started for a file ends when it gets its first batch. */
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const marker = `${workerData.file}.crashed`;
if (existsSync(marker)) await import('../../../infra/sqlite/log-writer-worker.js');
else {
  writeFileSync(marker, '');
  parentPort?.on('message', () => process.exit(3));
  parentPort?.postMessage('ready');
}
