import { rmSync } from 'node:fs';
import { build } from 'esbuild';

/** Native modules, and packages that are read when they are first used and find their own files beside themselves. */
const LEFT_OUT = [
  'better-sqlite3',
  '@node-rs/argon2',
  '@node-rs/bcrypt',
  '@kurrent/kurrentdb-client',
  'google-libphonenumber',
];

/** Beside each other, as each worker's script is looked for beside whoever starts it. */
const ENTRIES = ['dist/cli/main.js', 'dist/infra/sqlite/log-writer-worker.js', 'dist/infra/tokens/worker.js'];

// Packages in CommonJS ask for Node's own modules by require, which modules of the other kind do not have.
const REQUIRE = "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

rmSync('dist/program', { recursive: true, force: true });
await build({
  entryPoints: ENTRIES,
  outdir: 'dist/program',
  entryNames: '[name]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: LEFT_OUT,
  banner: { js: REQUIRE },
  sourcemap: true,
  legalComments: 'linked',
  logLevel: 'warning',
});
