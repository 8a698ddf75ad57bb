import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DoubleAnswer, DoubleCommand } from './commands.js';
import { noFaults } from './faults.js';

/** A double that runs in a process of its own. */
export interface RunningDouble {
  /** The connection string of its first node. */
  readonly url: string;
  /** The connection string that finds the leader among its nodes. */
  readonly clusterUrl: string;
  /** Where its log is kept. */
  readonly folder: string;
  tell(command: DoubleCommand): Promise<DoubleAnswer>;
  /** Turns all faults off. */
  heal(): Promise<void>;
  /** Ends the process at once, and begins another one on the same ports with the same log. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

const OPTIONS = 'tls=false&defaultDeadline=2000';

/** Runs a double over a log of its own. */
export async function runDouble(): Promise<RunningDouble> {
  const folder = await mkdtemp(join(tmpdir(), 'annals-kurrentdb-'));
  const file = join(folder, 'log.db');
  let running = await start(file, []);
  const [first, second] = running.ports;

  return {
    url: `kurrentdb://127.0.0.1:${first}?${OPTIONS}`,
    clusterUrl: `kurrentdb://127.0.0.1:${first},127.0.0.1:${second}?${OPTIONS}`,
    folder,
    tell: (command) => running.tell(command),
    async heal() {
      await running.tell({ faults: noFaults(), freeze: false, refuseConnections: false, resetCounts: true });
    },
    kill: () => running.kill(),
    async restart() {
      running = await start(file, running.ports);
    },
    async stop() {
      await running.kill();
      await rm(folder, { recursive: true });
    },
  };
}

interface DoubleProcess {
  readonly ports: readonly number[];
  tell(command: DoubleCommand): Promise<DoubleAnswer>;
  kill(): Promise<void>;
}

async function start(file: string, wanted: readonly number[]): Promise<DoubleProcess> {
  const script = fileURLToPath(new URL('./main.js', import.meta.url));
  const child = spawn(process.execPath, [script, file, ...wanted.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done) throw new Error('The double has ended');
    return JSON.parse(line.value);
  };
  const { ports } = (await next()) as { ports: number[] };
  let last: Promise<unknown> = Promise.resolve();
  return {
    ports,
    tell(command) {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      const answer = last.then(next) as Promise<DoubleAnswer>;
      last = answer;
      return answer;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
