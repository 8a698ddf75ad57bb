import { spawn } from 'node:child_process';

/** The suites that have to hold on every profile: the interface over HTTP, and the official SDK. */
const SUITES = ['dist/test/http/**/*.test.js', 'dist/test/client/**/*.test.js'];

/** What services of a run are: engines, and how many processes of each role (0: one process that does everything). */
const PROFILES = [
  { engines: 'postgres-redis', roles: 2 },
  { engines: 'kurrentdb', roles: 1 },
] as const;

const TIMEOUT_MS = 120_000;

function run(engines: string, roles: number): Promise<number> {
  const suites = process.argv.length > 2 ? process.argv.slice(2) : SUITES;
  const flags = ['--no-config', '--timeout', String(TIMEOUT_MS), '--forbid-only', '--forbid-pending'];
  console.log(`\n${engines}, ${roles} of each role`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...flags, ...suites], {
      env: { ...process.env, ANNALS_TEST_PROFILE: engines, ANNALS_TEST_ROLES: String(roles) },
      stdio: 'inherit',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs suites against services in several processes, one profile after the other. Suites may be named as arguments. */
for (const { engines, roles } of PROFILES) {
  const code = await run(engines, roles);
  if (code !== 0) process.exitCode = code;
}
