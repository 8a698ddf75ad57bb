import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { annalsProcess, TEST_ENV } from './annals-process.js';
import { ambientEngines, ambientRoles, type Engines } from './engines.js';
import { freePort } from './free-port.js';
import { startInstallation } from './installation.js';

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

/**
 * Starts `annals serve`, or processes of every role if the run's profile says so. Fails with its output if it does not
 * come up.
 */
export async function startAnnals(options: AnnalsOptions = {}): Promise<Annals> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'annals-test-')));
  const engines = options.engines ?? (await ambientEngines(dataDir));
  if (engines && ambientRoles > 0) return startInRoles(options, engines, dataDir);
  const port = await freePort();
  const service = annalsProcess({
    command: ['serve', ...(options.args ?? [])],
    env: {
      ...TEST_ENV,
      ANNALS_DATA_DIR: dataDir,
      SUPERTOKENS_PORT: String(port),
      ...engines?.env,
      ...options.env,
    },
    onOutput: options.onOutput,
  });
  await service.start();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    get pid() {
      return service.pid;
    },
    output: service.output,
    async killAndRestart() {
      await service.end('SIGKILL');
      await service.start();
    },
    terminate: () => service.end('SIGTERM'),
    async stop() {
      await service.end('SIGTERM');
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A service of several processes, which is reached through its first gateway. */
async function startInRoles(options: AnnalsOptions, engines: Engines, dataDir: string): Promise<Annals> {
  const { env = {}, args = [], onOutput } = options;
  const installation = await startInstallation({ engines, count: ambientRoles, env, args, onOutput });
  const [gateway] = installation.processes.gateway;
  if (!gateway) throw new Error('an installation has a gateway');
  return {
    url: gateway.url,
    port: Number(new URL(gateway.url).port),
    dataDir,
    get pid() {
      return gateway.pid;
    },
    output: installation.output,
    killAndRestart: installation.killAndRestart,
    terminate: installation.stop,
    async stop() {
      await installation.stop();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
