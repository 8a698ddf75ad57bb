import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ANNALS = fileURLToPath(new URL('../cli/annals.cjs', import.meta.url));
const BARE = fileURLToPath(new URL('./bare-server.js', import.meta.url));
const BASE_PORT = 20_000 + (process.pid % 20_000);
let started = 0;

/** A server in a process of its own. */
export interface Running {
  readonly port: number;
  /** Memory in use by the process, in MB. */
  rss(): number;
  stop(): Promise<void>;
}

/** Starts Annals on a temporary data directory. */
export async function startService(env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const dataDir = mkdtempSync(join(tmpdir(), 'annals-bench-'));
  const port = BASE_PORT + started++;
  const child = spawn(process.execPath, [ANNALS, 'serve'], {
    env: { ...process.env, ANNALS_DATA_DIR: dataDir, SUPERTOKENS_PORT: String(port), LOG_LEVEL: 'ERROR', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await lineWith(child, /Started SuperTokens/);
  return running(child, port, () => rmSync(dataDir, { recursive: true, force: true }));
}

/** Starts the bare server. */
export async function startBareServer(): Promise<Running> {
  const child = spawn(process.execPath, [BARE], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await lineWith(child, /listening on \d+/);
  return running(child, Number(/\d+/.exec(line)?.[0]), () => undefined);
}

function running(child: ChildProcess, port: number, cleanUp: () => void): Running {
  return {
    port,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          cleanUp();
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}

function lineWith(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const match = pattern.exec(output);
      if (match) resolve(match[0]);
    });
    child.once('exit', (code) => reject(new Error(`exited with ${code}: ${output}`)));
  });
}
