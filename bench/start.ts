import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Starts the program as the bundle that ships and as the modules it is made of, in turns, and prints what that takes. */
const ROUNDS = Number(process.env.BENCH_STARTS ?? 7);
const PROGRAMS = { bundle: '../cli/annals.cjs', modules: '../cli/main.js' } as const;
type Program = keyof typeof PROGRAMS;

interface Start {
  /** Until the service answers, or the command has ended, in ms. */
  readonly elapsed: number;
  /** Processor time until then, in ms; of the service only. */
  readonly busy: number;
}

/** The unit of times in `/proc`, which is the same on every Linux. */
const MS_PER_TICK = 10;

function busyMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
}

function run(program: Program, command: readonly string[], dataDir: string): ChildProcess {
  const script = fileURLToPath(new URL(PROGRAMS[program], import.meta.url));
  return spawn(process.execPath, [script, ...command], {
    env: { ...process.env, ANNALS_DATA_DIR: dataDir, SUPERTOKENS_PORT: '0', LOG_LEVEL: 'ERROR' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function inFreshDirectory(measure: (dataDir: string) => Promise<Start>): Promise<Start> {
  const dataDir = mkdtempSync(join(tmpdir(), 'annals-bench-'));
  try {
    return await measure(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const serve = (program: Program) =>
  inFreshDirectory(async (dataDir) => {
    const begun = performance.now();
    const child = run(program, ['serve'], dataDir);
    if (child.stdout) await once(child.stdout, 'data');
    const start = { elapsed: performance.now() - begun, busy: busyMs(child) };
    child.kill('SIGTERM');
    await once(child, 'exit');
    return start;
  });

const help = (program: Program) =>
  inFreshDirectory(async (dataDir) => {
    const begun = performance.now();
    await once(run(program, ['projections', '--help'], dataDir), 'exit');
    return { elapsed: performance.now() - begun, busy: Number.NaN };
  });

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

for (const [what, measure] of Object.entries({ 'annals serve': serve, 'annals projections --help': help })) {
  const starts = { bundle: [] as Start[], modules: [] as Start[] };
  for (let round = 0; round < ROUNDS; round++)
    for (const program of ['bundle', 'modules'] as const) starts[program].push(await measure(program));
  for (const figure of ['elapsed', 'busy'] as const) {
    const [bundle, modules] = [starts.bundle, starts.modules].map((all) => median(all.map((start) => start[figure])));
    if (bundle === undefined || modules === undefined || Number.isNaN(bundle)) continue;
    console.log(`${what}, ${figure}: ${(bundle / modules).toFixed(2)} of the modules' (${bundle.toFixed(0)} ms)`);
  }
}
