import { expect } from 'chai';
import fc from 'fast-check';
import { indexRoutes, type PathMatch, parsePath } from '../../../gateway/http/path.js';

const ROUTES = indexRoutes([
  ...['/hello', '/users', '/config', '/users/count/active', '/bulk-import/users', '/.well-known/jwks.json'],
  ...['/recipe/signup', '/recipe/session', '/recipe/session/verify', '/recipe/multitenancy/tenant/v2'],
]);
const UNKNOWN: PathMatch = { kind: 'unknown' };
const OUTSIDE: PathMatch = { kind: 'outside-base-path' };

const parse = (url: string, basePath = ''): PathMatch => parsePath(url, basePath, ROUTES);
const at = (route: string, appId = 'public', tenantId?: string): PathMatch => ({
  kind: 'route',
  route,
  appId,
  tenantId: tenantId ?? 'public',
  hasTenantSegment: tenantId !== undefined,
});

describe('parsePath', () => {
  const numbered: ReadonlyArray<readonly [string, string, PathMatch]> = [
    ['case 1', '/hello', at('/hello')],
    ['case 2', '/hello/', at('/hello')],
    ['case 3', '/', at('/')],
    ['case 3', '/public/', at('/', 'public', 'public')],
    ['case 3', '/t1', at('/', 'public', 't1')],
    ['case 3', '/appid-a1', at('/', 'a1')],
    ['case 3', '/appid-a1/public', at('/', 'a1', 'public')],
    ['case 3', '/appid-a1/T1/', at('/', 'a1', 't1')],
    ['case 4', '/nosuch', at('/', 'public', 'nosuch')],
    ['case 4', '/appid-nosuch', at('/', 'nosuch')],
    ['case 5', '/nosuch/hello', at('/hello', 'public', 'nosuch')],
    ['case 5', '/appid-nosuch/hello', at('/hello', 'nosuch')],
    ['case 6', '/foo/bar/baz', UNKNOWN],
    ['case 7', '/recipe/signup////', at('/recipe/signup')],
    ['case 7', '/recipe/signup/extra', UNKNOWN],
    ['case 8', '/T1/Recipe/SignUp', at('/recipe/signup', 'public', 't1')],
    ['case 9', '/t1/t1/recipe/signup', UNKNOWN],
    ['case 9', '/t1/appid-a1/recipe/signup', UNKNOWN],
    ['case 54', '/t_1/hello', UNKNOWN],
    ['case 54', '/appid-a.b/hello', UNKNOWN],
    ['case 54', '/t_1/recipe/multitenancy/tenant/v2', UNKNOWN],
    ['case 54', '/appid-ghost/foo/bar', UNKNOWN],
    ['case 54', '/appid-a1/public/recipe/signup/incorrect/path', UNKNOWN],
  ];
  for (const [name, url, expected] of numbered) {
    it(`${name}: ${url}`, () => {
      expect(parse(url)).to.deep.equal(expected);
    });
  }

  it('reads app, tenant and route', () => {
    expect(parse('/appid-a1/t1/recipe/session')).to.deep.equal(at('/recipe/session', 'a1', 't1'));
    expect(parse('/recipe/session/verify')).to.deep.equal(at('/recipe/session/verify'));
  });

  it('takes an empty or public app id for the public app', () => {
    expect(parse('/appid-/hello')).to.deep.equal(at('/hello'));
    expect(parse('/appid-public/hello')).to.deep.equal(at('/hello'));
    expect(parse('/appid-')).to.deep.equal(at('/'));
  });

  it('prefers an exact match, then the longest route, to a tenant', () => {
    expect(parse('/bulk-import/users')).to.deep.equal(at('/bulk-import/users'));
    expect(parse('/appid-a1/bulk-import/users')).to.deep.equal(at('/bulk-import/users', 'a1'));
    expect(parse('/x/users')).to.deep.equal(at('/users', 'public', 'x'));
  });

  it('reads a second app segment as a tenant', () => {
    expect(parse('/appid-a/appid-b/recipe/signup')).to.deep.equal(at('/recipe/signup', 'a', 'appid-b'));
  });

  it('refuses reserved words as tenants, but not names that start with one', () => {
    for (const word of ['recipe', 'config', 'users', 'hello', 'RECIPE']) {
      expect(parse(`/${word}/recipe/signup`), word).to.deep.equal(UNKNOWN);
      expect(parse(`/appid-a1/${word}/hello`), word).to.deep.equal(UNKNOWN);
    }
    expect(parse('/recipe')).to.deep.equal(UNKNOWN);
    expect(parse('/config/x')).to.deep.equal(UNKNOWN);
    expect(parse('/hellotenant/hello')).to.deep.equal(at('/hello', 'public', 'hellotenant'));
    expect(parse('/users-eu/users')).to.deep.equal(at('/users', 'public', 'users-eu'));
  });

  it('W10: reads upper case before the root route, and does not know /public/public', () => {
    expect(parse('/appid-A1')).to.deep.equal(at('/', 'a1'));
    expect(parse('/T1')).to.deep.equal(at('/', 'public', 't1'));
    expect(parse('/Public')).to.deep.equal(at('/', 'public', 'public'));
    expect(parse('/public/public')).to.deep.equal(UNKNOWN);
  });

  it('W11: takes the dots of a route for dots', () => {
    expect(parse('/t1/.well-known/jwks.json')).to.deep.equal(at('/.well-known/jwks.json', 'public', 't1'));
    expect(parse('/t1/.well-known/jwks-json')).to.deep.equal(UNKNOWN);
    expect(parse('/t1/-well-known/jwks.json')).to.deep.equal(UNKNOWN);
  });

  it('decodes escapes, resolves dots and joins slashes before it compares', () => {
    expect(parse('/%72ecipe/%53ignup')).to.deep.equal(at('/recipe/signup'));
    expect(parse('//t1//recipe///signup')).to.deep.equal(at('/recipe/signup', 'public', 't1'));
    expect(parse('/x/../t1/./recipe/signup/.')).to.deep.equal(at('/recipe/signup', 'public', 't1'));
    expect(parse('/appid-a1/%2e%2E/hello')).to.deep.equal(at('/hello'));
    expect(parse('/../../hello')).to.deep.equal(at('/hello'));
    expect(parse('/t1/hello/..')).to.deep.equal(at('/', 'public', 't1'));
  });

  it('leaves the query alone', () => {
    expect(parse('/hello?x=/recipe/%2F%zz')).to.deep.equal(at('/hello'));
    expect(parse('/hello%3Fx=1')).to.deep.equal(UNKNOWN);
  });

  it('refuses encoded slashes and escapes that are none', () => {
    for (const url of ['/t1%2Fhello', '/t1%2fhello', '/%', '/%zz', '/%ff/hello']) {
      expect(parse(url), url).to.deep.equal({ kind: 'bad' });
    }
  });

  it('does not take other characters for ASCII ones, whatever their lower case is', () => {
    expect(parse('/bul%E2%84%AA-import/users')).to.deep.equal(UNKNOWN);
    expect(parse('/%E2%84%AA/hello')).to.deep.equal(UNKNOWN);
  });

  it('knows no path that does not start with a slash', () => {
    expect(parse('*')).to.deep.equal(UNKNOWN);
    expect(parse('hello')).to.deep.equal(UNKNOWN);
  });

  it('case 32: serves below the base path alone', () => {
    expect(parse('/hello', '/some/path')).to.deep.equal(OUTSIDE);
    expect(parse('/some/path', '/some/path')).to.deep.equal(at('/'));
    expect(parse('/some//path/', '/some/path')).to.deep.equal(at('/'));
    expect(parse('/some/path/appid-a1/t1/recipe/signup', '/some/path')).to.deep.equal(at('/recipe/signup', 'a1', 't1'));
  });

  it('case 34: base path /hello', () => {
    for (const [url, expected] of [
      ['/hello', at('/')],
      ['/hello/', at('/')],
      ['/hello/hello', at('/hello')],
      ['/hello/appid-a1/t1/hello', at('/hello', 'a1', 't1')],
      ['/hello/appid-a1/t1', at('/', 'a1', 't1')],
    ] as const) {
      expect(parse(url, '/hello'), url).to.deep.equal(expected);
    }
  });

  it('compares the base path by letter case and whole segments', () => {
    expect(parse('/Base/hello', '/base')).to.deep.equal(OUTSIDE);
    expect(parse('/baseline/hello', '/base')).to.deep.equal(OUTSIDE);
    expect(parse('/base/../hello', '/base')).to.deep.equal(OUTSIDE);
    expect(parse('/b%61se/hello', '/base')).to.deep.equal(at('/hello'));
  });

  it('never throws, and gives ids of the grammar only', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        'appid-',
        'a1',
        'T1',
        '..',
        '.',
        '%2e',
        '%2F',
        '%',
        '?',
        'recipe',
        'signup',
        'hello',
        'users',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const url = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => `/${pieces.join('')}`),
    );
    fc.assert(
      fc.property(url, fc.constantFrom('', '/base', '/a1'), (rawUrl, basePath) => {
        const match = parse(rawUrl, basePath);
        if (match.kind !== 'route') return;
        expect(match.appId).to.match(/^[a-z0-9-]+$/);
        expect(match.tenantId).to.match(/^[a-z0-9-]+$/);
        expect(['recipe', 'config', 'users', 'hello']).not.to.include(match.tenantId);
        expect([...ROUTES.values()]).to.include(match.route);
      }),
      { numRuns: 500 },
    );
  });

  it('finds every route behind every prefix', () => {
    const id = fc
      .stringMatching(/^[a-z0-9-]{1,12}$/)
      .filter((text) => !/^(recipe|config|users|hello)$|^appid-/.test(text));
    fc.assert(
      fc.property(id, id, fc.constantFrom(...ROUTES.values()), (app, tenant, route) => {
        expect(parse(`/appid-${app}/${tenant}${route}`.toUpperCase())).to.deep.equal(at(route, app, tenant));
      }),
      { numRuns: 200 },
    );
  });
});
