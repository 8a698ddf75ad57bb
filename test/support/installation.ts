import { type AnnalsProcess, annalsProcess, TEST_ENV } from './annals-process.js';
import type { Engines } from './engines.js';
import { freePort } from './free-port.js';

export const ROLES = ['projector', 'command', 'query', 'gateway'] as const;
export type RoleName = (typeof ROLES)[number];

/** A process of one role. */
export interface RoleProcess extends AnnalsProcess {
  readonly role: RoleName;
  readonly url: string;
}

/** An installation of Annals in several processes, on shared engines. */
export interface Installation {
  readonly processes: Readonly<Record<RoleName, readonly RoleProcess[]>>;
  /** What all processes were told. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that any process has written. */
  output(): string;
  /** Kills all processes with SIGKILL, and starts them again. */
  killAndRestart(): Promise<void>;
  /** Stops the processes, gateways first. Resolves with the exit code of the first gateway. */
  stop(): Promise<number | null>;
}

export interface InstallationOptions {
  readonly engines: Pick<Engines, 'env'>;
  /** Processes of each role (2). */
  readonly count?: number;
  /** Processes of some roles, where they are to be other than `count`. */
  readonly counts?: Partial<Record<RoleName, number>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of every process. */
  readonly args?: readonly string[];
  /** Told what the processes write to stdout and stderr, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

const INTERNAL_KEY = '1f'.repeat(32);

/** Starts so many processes of each role, all at once. Fails with the output of one that does not come up. */
export async function startInstallation({
  engines,
  count = 2,
  counts = {},
  env = {},
  args = [],
  onOutput,
}: InstallationOptions): Promise<Installation> {
  const ports = new Map<RoleName, number[]>();
  for (const role of ROLES)
    ports.set(role, await Promise.all(Array.from({ length: counts[role] ?? count }, () => freePort())));
  const urls = (role: RoleName): string[] => (ports.get(role) ?? []).map((port) => `http://127.0.0.1:${port}`);
  const shared = {
    ...TEST_ENV,
    ANNALS_INTERNAL_KEY: INTERNAL_KEY,
    ANNALS_COMMAND_URLS: urls('command').join(','),
    ANNALS_QUERY_URLS: urls('query').join(','),
    ...env,
  };
  const ofRole = (role: RoleName): RoleProcess[] =>
    (ports.get(role) ?? []).map((port) => {
      // A gateway is told of no store.
      const own = role === 'gateway' ? shared : { ...shared, ...engines.env };
      return Object.assign(annalsProcess({ command: [role, ...args, `port=${port}`], env: own, onOutput }), {
        role,
        url: `http://127.0.0.1:${port}`,
      });
    });
  const processes = {
    projector: ofRole('projector'),
    command: ofRole('command'),
    query: ofRole('query'),
    gateway: ofRole('gateway'),
  };
  const all = ROLES.flatMap((role) => processes[role]);
  const startAll = () => Promise.all(all.map((one) => one.start()));
  const endAll = (signal: NodeJS.Signals) => Promise.all(all.map((one) => one.end(signal)));
  try {
    await startAll();
  } catch (error) {
    if (process.env.ANNALS_TEST_VERBOSE)
      process.stderr.write(all.map((one) => `${one.role}: ${one.output()}`).join('\n'));
    await endAll('SIGKILL');
    throw error;
  }
  return {
    processes,
    env: { ...shared, ...engines.env },
    output: () => all.map((one) => one.output()).join('\n'),
    async killAndRestart() {
      await endAll('SIGKILL');
      await startAll();
    },
    async stop() {
      const codes = new Map<RoleName, readonly (number | null)[]>();
      for (const role of [...ROLES].reverse())
        codes.set(role, await Promise.all(processes[role].map((one) => one.end('SIGTERM'))));
      return codes.get('gateway')?.[0] ?? null;
    },
  };
}
