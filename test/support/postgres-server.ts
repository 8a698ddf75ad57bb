import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.js';

const run = promisify(execFile);
const USER = 'annals';
const START_TIMEOUT_MS = 30_000;
const STARTS = 20;

export interface PostgresServerOptions {
  /** Whether a commit waits for the disk (false). */
  readonly fsync?: boolean;
}

/** A PostgreSQL server in a temporary folder, on a free port of the loopback interface and on a Unix socket. */
export interface PostgresServer {
  readonly port: number;
  /** The folder of the Unix socket. */
  readonly socketFolder: string;
  /** The connection string of a database, which need not be there. */
  url(database: string): string;
  /**
   * Makes a database whose texts are sorted in a language's order by default, as is common, so that a query which relies
   * on the order of bytes without saying so is found out. Answers with its connection string.
   */
  createDatabase(name: string): Promise<string>;
  /** Kills all its processes at once, as a power cut would, and starts it again. */
  killAndRestart(): Promise<void>;
  /** Breaks off all connections in an orderly way, and stops. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Stops and starts it. */
  restart(): Promise<void>;
  /** Stops and removes it. */
  remove(): Promise<void>;
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Starts a server. PostgreSQL refuses to run as root: for root it runs as `postgres` or `nobody`.
 *
 * @throws if PostgreSQL is not installed, with what to install
 */
export async function startPostgres({ fsync = false }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const bin = binaries();
  const owner = process.getuid?.() === 0 ? unprivileged() : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'annals-pg-'));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  if (owner) {
    await chmod(folder, 0o755);
    for (const path of [folder, data]) await chown(path, owner.uid, owner.gid);
  }
  const identity = { ...owner, cwd: folder };
  await run(join(bin, 'initdb'), ['-D', data, '-U', USER, '-E', 'UTF8', '--auth=trust', '--no-sync'], identity);
  const port = await freePort();
  const settings = {
    fsync: fsync ? 'on' : 'off',
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    max_connections: '400',
    shared_buffers: '32MB',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess;

  function launch(): Promise<boolean> {
    const child = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
      ...identity,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    let output = '';
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`PostgreSQL did not start:\n${output}`)), START_TIMEOUT_MS);
      child.once('error', reject);
      child.stderr?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-10_000);
        if (!output.includes('is ready to accept connections')) return;
        clearTimeout(late);
        resolve(true);
      });
      child.once('exit', () => {
        clearTimeout(late);
        resolve(false);
      });
    });
  }

  /** The processes of a server that was killed go on for a moment and keep its folder meanwhile. */
  async function start(): Promise<void> {
    for (let starts = 0; starts < STARTS; starts++) {
      if (await launch()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('PostgreSQL did not start');
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

  const endWithProcess = () => server.kill('SIGKILL');
  process.once('exit', endWithProcess);
  await start();
  const url = (database: string) => `postgresql://${USER}@127.0.0.1:${port}/${database}`;
  return {
    port,
    socketFolder: folder,
    url,
    async createDatabase(name) {
      const client = new Client({ connectionString: url('postgres') });
      await client.connect();
      await client.query(
        `CREATE DATABASE "${name}" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`,
      );
      await client.end();
      return url(name);
    },
    async killAndRestart() {
      await end('SIGKILL');
      await start();
    },
    stop: () => end('SIGINT'),
    start,
    async restart() {
      await end('SIGINT');
      await start();
    },
    async remove() {
      process.off('exit', endWithProcess);
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of `initdb` and `postgres`: one of PATH, or the newest of Debian's. */
function binaries(): string {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...entriesOf(debian)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(debian, version, 'bin')),
  ];
  const found = folders.find((folder) => ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name))));
  if (!found) {
    throw new Error(
      'PostgreSQL 15 or newer is needed: initdb and postgres are neither in PATH nor in /usr/lib/postgresql/*/bin. ' +
        'Install it, for example with: apt-get install postgresql',
    );
  }
  return found;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function unprivileged(): Identity {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as');
}
