import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const HOUSES = ['domain', 'command-service', 'projections', 'query-service', 'gateway', 'infra', 'cli'] as const;

/** What each part may import besides itself and packages (docs/adr/0002-import-directions.md). */
const MAY_IMPORT: Readonly<Record<(typeof HOUSES)[number], readonly string[]>> = {
  domain: [],
  'command-service': ['domain', 'infra/ports'],
  projections: ['domain', 'infra/ports'],
  'query-service': ['domain', 'infra/ports', 'projections'],
  gateway: ['domain', 'infra/ports', 'command-service', 'query-service'],
  infra: ['domain', 'projections/runner/view'],
  cli: ['domain', 'infra', 'projections', 'query-service', 'command-service', 'gateway'],
};

/** Node's own modules and packages that pure code may not touch. */
const PURE = { house: 'domain', packages: ['zod'] };

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Below the root, without its ending; undefined for packages. */
  readonly target: string | undefined;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const statement = /^(?:import|export)\b[^'"=;(]*?\bfrom ['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]/gm;
  const call = /\b(?:import|require|createRequire\(import\.meta\.url\))\(['"]([^'"]+)['"]\)/g;
  const specifiers = [...text.matchAll(statement), ...text.matchAll(call)].map((match) => match[1] ?? match[2] ?? '');
  return specifiers.map((specifier) => ({
    from: file,
    specifier,
    target: specifier.startsWith('.')
      ? relative(ROOT, resolve(ROOT, dirname(file), specifier)).replace(/\.js$/, '')
      : undefined,
  }));
}

const allowed = (target: string, prefix: string) => target === prefix || target.startsWith(`${prefix}/`);

describe('import directions', () => {
  for (const house of HOUSES) {
    it(`${house} imports only what it may`, () => {
      const files = sources(house);
      expect(files, 'no sources found: the check would check nothing').to.not.be.empty;
      const wrong = files
        .flatMap(importsOf)
        .filter(({ target }) => target !== undefined)
        .filter(({ target = '' }) => ![house, ...MAY_IMPORT[house]].some((prefix) => allowed(target, prefix)))
        .map(({ from, specifier }) => `${from} imports ${specifier}`);
      expect(wrong).to.deep.equal([]);
    });
  }

  it('domain is pure: no node: modules and no packages but zod', () => {
    const wrong = sources(PURE.house)
      .flatMap(importsOf)
      .filter(({ target, specifier }) => target === undefined && !PURE.packages.includes(specifier))
      .map(({ from, specifier }) => `${from} imports ${specifier}`);
    expect(wrong).to.deep.equal([]);
  });

  it('each wrapped library is imported in infra alone', () => {
    const wrapped = [
      'better-sqlite3',
      'pg',
      'ioredis',
      '@kurrent/kurrentdb-client',
      '@node-rs/argon2',
      '@node-rs/bcrypt',
      'pino',
      'prom-client',
      'undici',
      'yaml',
      'google-libphonenumber',
    ];
    const wrong = HOUSES.filter((house) => house !== 'infra')
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(({ specifier }) => wrapped.includes(specifier))
      .map(({ from, specifier }) => `${from} imports ${specifier}`);
    expect(wrong).to.deep.equal([]);
  });

  it('no barrel files, no utils', () => {
    const files = HOUSES.flatMap(sources);
    expect(files.filter((file) => /(^|\/)(index|utils?|helpers?|common)\.ts$/.test(file))).to.deep.equal([]);
  });
});
