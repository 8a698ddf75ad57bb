import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { installedProgram } from './installed-program.js';

const START_TIMEOUT_MS = 15_000;

/** A Redis server in a temporary folder, on a free port of the loopback interface. */
export interface RedisServer {
  readonly url: string;
  /** Runs one command on a connection of its own and answers with what it gives. */
  command(name: string, ...parameters: (string | number)[]): Promise<unknown>;
  flush(): Promise<void>;
  /** Kills it at once; the port stays its own. */
  kill(): Promise<void>;
  /** Starts it again after it was killed or stopped, with what it has on disk. */
  start(): Promise<void>;
  /** Freezes it: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Stops and removes it. */
  remove(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param settings directives of its configuration
 * @throws if Redis is not installed, with what to install
 */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const binary = installedProgram('redis-server', 'Redis 6.2 or newer', 'redis-server');
  const folder = await mkdtemp(join(tmpdir(), 'annals-redis-'));
  const port = await freePort();
  const all = { bind: '127.0.0.1', port: String(port), dir: folder, save: '', appendonly: 'no', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  let server: ChildProcess;

  async function start(): Promise<void> {
    const child = spawn(binary, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
    server = child;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`Redis did not start (${why}):\n${output}`));
      const late = setTimeout(() => fail('too late'), START_TIMEOUT_MS);
      child.once('error', reject);
      child.once('exit', (code) => fail(`exit code ${code}`));
      child.stdout.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-10_000);
        if (!output.includes('Ready to accept connections')) return;
        clearTimeout(late);
        resolve();
      });
    });
  }

  function end(signal: NodeJS.Signals): Promise<void> {
    return new Promise((resolve) => {
      if (server.exitCode !== null || server.signalCode !== null) resolve();
      else {
        server.once('exit', () => resolve());
        server.kill(signal);
      }
    });
  }

  async function command(name: string, ...parameters: (string | number)[]): Promise<unknown> {
    const client = new Redis({ host: '127.0.0.1', port });
    try {
      return await client.call(name, ...parameters);
    } finally {
      client.disconnect();
    }
  }

  const endWithProcess = () => server.kill('SIGKILL');
  process.once('exit', endWithProcess);
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    command,
    async flush() {
      await command('FLUSHALL');
    },
    kill: () => end('SIGKILL'),
    start,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async remove() {
      process.off('exit', endWithProcess);
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
