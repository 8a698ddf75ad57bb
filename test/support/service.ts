import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ambientEngines, type Engines } from './engines.js';
import { freePort } from './free-port.js';

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const START_TIMEOUT_MS = 30_000;

export interface AnnalsOptions {
  /** Environment on top of the defaults of tests: cheap hashing, test mode. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Kept across {@link Annals.restart}; made and removed with the service if not given. */
  readonly dataDir?: string;
  /** Where it keeps its stores. By default those of the run's profile: files, unless ANNALS_TEST_PROFILE is set. */
  readonly engines?: Engines;
  /** Told what it writes to stdout and stderr, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** A running service of its own process, on a free port and in a temporary folder. */
export interface Annals {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything it has written to stdout and stderr. */
  output(): string;
  /** Kills it with SIGKILL and starts it again on the same data and port. */
  killAndRestart(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  terminate(): Promise<number | null>;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

/** Environment variables that a test's service must not inherit. */
const CLEAN = /^(SUPERTOKENS_|ANNALS_|API_KEYS$|POSTGRESQL_|BASE_PATH$)/;

/** Starts `annals serve`. Fails with its output if it does not come up. */
export async function startAnnals(options: AnnalsOptions = {}): Promise<Annals> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'annals-test-')));
  const port = await freePort();
  const engines = options.engines ?? (await ambientEngines(dataDir));
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !CLEAN.test(name))),
    ANNALS_DATA_DIR: dataDir,
    ANNALS_TEST_MODE: 'true',
    SUPERTOKENS_PORT: String(port),
    BCRYPT_LOG_ROUNDS: '4',
    ARGON2_MEMORY_KB: '64',
    ...engines?.env,
    ...options.env,
  };
  let output = '';
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn(process.execPath, ['--enable-source-maps', MAIN, 'serve', ...(options.args ?? [])], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const before = output.length;
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      options.onOutput?.(chunk.toString());
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const exited = new Promise<never>((_resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`annals exited with ${code}:\n${output.slice(before)}`)));
    });
    exited.catch(() => undefined);
    const started = (async () => {
      const deadline = Date.now() + START_TIMEOUT_MS;
      while (!output.slice(before).includes('Started SuperTokens on')) {
        if (Date.now() > deadline) throw new Error(`annals did not start in time:\n${output.slice(before)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await Promise.race([started, exited]);
  }

  function ended(signal: NodeJS.Signals): Promise<number | null> {
    return new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
      child.once('exit', (code) => resolve(code));
      child.kill(signal);
    });
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    get pid() {
      return child.pid ?? 0;
    },
    output: () => output,
    async killAndRestart() {
      await ended('SIGKILL');
      await start();
    },
    terminate: () => ended('SIGTERM'),
    async stop() {
      await ended('SIGTERM');
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
