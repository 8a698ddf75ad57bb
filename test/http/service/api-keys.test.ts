import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { tenantNotFoundText } from './addressed-service.js';

const K1 = 'aaaaaaaaaaaaaaaaaaaa-1';
const K2 = 'BBBBBBBBBBBBBBBBBBBB=2';
const UNAUTHORISED = [401, 'Invalid API key\n'];

describe('API keys (00-conventions.md 6)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals({ env: { API_KEYS: ` ${K1} , ${K2} ` } });
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const call = async (method: string, path: string, headers: Record<string, string> = {}): Promise<unknown> => {
    const { status, text } = await cdi.call(method, path, { headers });
    return [status, text];
  };

  for (const headers of [
    { 'api-key': K2 },
    { 'api-key': `  ${K1} ` },
    { authorization: K1 },
    { authorization: `bEaReR ${K1}` },
  ]) {
    it(`case 18: ${JSON.stringify(headers)} passes`, async () => {
      expect((await cdi.call('GET', '/apiversion', { headers })).status).to.equal(200);
    });
  }

  for (const headers of [{}, { 'api-key': 'wrong' }, { 'api-key': '', authorization: K1 }]) {
    it(`case 19: ${JSON.stringify(headers)} is refused`, async () => {
      expect(await call('GET', '/apiversion', headers)).to.deep.equal(UNAUTHORISED);
    });
  }

  for (const path of ['/hello', '/', '/.well-known/jwks.json', '/config?pid=1', '/livez', '/readyz', '/openapi.json']) {
    it(`case 20: ${path} needs no key`, async () => {
      expect((await cdi.get(path)).status).to.equal(200);
    });
  }

  for (const path of ['/apiversion', '/telemetry', '/recipe/jwt/jwks', '/requests/stats', '/metrics']) {
    it(`case 20: ${path} needs a key`, async () => {
      expect(await call('GET', path)).to.deep.equal(UNAUTHORISED);
      expect((await cdi.call('GET', path, { headers: { 'api-key': K1 } })).status).to.equal(200);
    });
  }

  it('case 21: a wrong key is refused before a wrong method', async () => {
    expect(await call('DELETE', '/recipe/signup', { 'api-key': 'wrong' })).to.deep.equal(UNAUTHORISED);
    expect(await call('DELETE', '/recipe/signup', { 'api-key': K1 })).to.deep.equal([405, 'Method not supported\n']);
  });

  it('case 6: an unknown path is not found, also without a key', async () => {
    expect(await call('GET', '/foo/bar/baz')).to.deep.equal([404, 'Not found\n']);
  });

  it('case 23: an unknown app is reported without a key', async () => {
    expect(await call('GET', '/appid-zz/users')).to.deep.equal([400, tenantNotFoundText('zz', 'public')]);
  });

  it('case 55: so is a wrong method of an unknown app', async () => {
    expect(await call('DELETE', '/appid-ghost/users')).to.deep.equal([405, 'Method not supported\n']);
  });

  it('case 22: an app with keys of its own is opened by them alone', async () => {
    const own = 'cccccccccccccccccccc-3';
    await cdi.call('PUT', '/recipe/multitenancy/app/v2', {
      headers: { 'api-key': K1 },
      body: { appId: 'a3', coreConfig: { api_keys: own } },
    });
    expect(await call('GET', '/appid-a3/users', { 'api-key': K1 })).to.deep.equal(UNAUTHORISED);
    expect((await cdi.call('GET', '/appid-a3/users', { headers: { 'api-key': own } })).status).to.equal(200);
    expect(await call('GET', '/appid-a3/ghost/users', { 'api-key': own })).to.deep.equal([
      400,
      tenantNotFoundText('a3', 'ghost'),
    ]);
    expect(await call('GET', '/appid-a3/ghost/users')).to.deep.equal(UNAUTHORISED);
  });

  it('requests are logged without keys and queries', async () => {
    const { cdi: logged, annals: logging } = await startLogging();
    await logged.call('GET', '/user/search/tags?email=secret@keys.test', { headers: { 'api-key': K1 } });
    await logging.terminate();
    const output = logging.output();
    await logging.stop();
    const [called, ended] = ['API called', 'API ended'].map((message) =>
      JSON.parse(output.split('\n').find((line) => line.includes(message)) ?? '{}'),
    );
    const request = { method: 'GET', route: '/user/search/tags', appId: 'public', tenantId: 'public' };
    expect(called).to.include({ ...request, version: '5.6' });
    expect(ended).to.include({ ...request, status: 200, correlationId: called.correlationId });
    for (const secret of [K1, 'secret@keys.test']) expect(output).not.to.include(secret);
  });
});

async function startLogging(): Promise<{ annals: Annals; cdi: CdiClient }> {
  const annals = await startAnnals({ env: { API_KEYS: K1, LOG_LEVEL: 'DEBUG' } });
  return { annals, cdi: cdiClient(annals.url) };
}
