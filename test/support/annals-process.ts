import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The script behind the command `annals`. */
export const ANNALS = fileURLToPath(new URL('../../cli/annals.cjs', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/** What every service of a test is told: hashing is cheap, and rules are relaxed as test mode has it. */
export const TEST_ENV = { ANNALS_TEST_MODE: 'true', BCRYPT_LOG_ROUNDS: '4', ARGON2_MEMORY_KB: '64' } as const;

export interface AnnalsProcessOptions {
  /** The sub-command and its arguments. */
  readonly command: readonly string[];
  /** On top of what is inherited, without the settings of another service. */
  readonly env: Readonly<Record<string, string>>;
  /** Told what it writes to stdout and stderr, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** A process of the `annals` command that serves something. */
export interface AnnalsProcess {
  readonly pid: number;
  /** Everything it has written to stdout and stderr. */
  output(): string;
  /** Starts it; resolves once it says that it has started, and fails with its output if it does not. */
  start(): Promise<void>;
  /** Sends a signal that ends it; resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Sends a signal that does not. */
  signal(signal: NodeJS.Signals): void;
}

/** Environment variables that a test's process must not inherit. */
const CLEAN = /^(SUPERTOKENS_|ANNALS_|API_KEYS$|POSTGRESQL_|BASE_PATH$)/;

export function annalsProcess({ command, env, onOutput }: AnnalsProcessOptions): AnnalsProcess {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !CLEAN.test(name)));
  let output = '';
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn(process.execPath, ['--enable-source-maps', ANNALS, ...command], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const before = output.length;
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      onOutput?.(chunk.toString());
    };
    started.stdout.on('data', collect);
    started.stderr.on('data', collect);
    const exited = new Promise<never>((_resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`annals exited with ${code}:\n${output.slice(before)}`)));
    });
    exited.catch(() => undefined);
    const ready = (async () => {
      const deadline = Date.now() + START_TIMEOUT_MS;
      while (!/^Started .+ on /m.test(output.slice(before))) {
        if (Date.now() > deadline) throw new Error(`annals did not start in time:\n${output.slice(before)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await Promise.race([ready, exited]);
  }

  return {
    get pid() {
      return child?.pid ?? 0;
    },
    output: () => output,
    start,
    end: (signal) =>
      new Promise((resolve) => {
        if (!child || child.exitCode !== null || child.signalCode !== null) return resolve(child?.exitCode ?? null);
        child.once('exit', (code) => resolve(code));
        child.kill(signal);
      }),
    signal: (signal) => child?.kill(signal),
  };
}
