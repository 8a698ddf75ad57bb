import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { startWithA1AndT1, tenantNotFoundText } from './addressed-service.js';

const NOT_FOUND = [404, 'Not found\n'];

describe('paths (00-conventions.md 2)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    ({ annals, cdi } = await startWithA1AndT1());
  });

  after(() => annals.stop());

  const statusAndText = async (method: string, path: string): Promise<unknown> => {
    const { status, text } = await cdi.call(method, path, method === 'GET' ? {} : { body: '{}' });
    return [status, text];
  };

  it('case 6: an unknown path is not found', async () => {
    expect(await statusAndText('GET', '/foo/bar/baz')).to.deep.equal(NOT_FOUND);
  });

  it('case 7: trailing slashes are ignored, anything further is another path', async () => {
    const { json } = await cdi.post('/recipe/signup////', { email: 'slash@paths.test', password: 'p' });
    expect(json.status).to.equal('OK');
    expect(await statusAndText('POST', '/recipe/signup/extra')).to.deep.equal(NOT_FOUND);
  });

  it('case 8: a path is compared without regard to case', async () => {
    const { json } = await cdi.post('/T1/Recipe/SignUp', { email: 'case@paths.test', password: 'p' });
    expect(json.status).to.equal('OK');
    expect(json.user.tenantIds).to.deep.equal(['t1']);
  });

  it('case 9: there is one tenant segment, behind the app segment', async () => {
    expect(await statusAndText('POST', '/t1/t1/recipe/signup')).to.deep.equal(NOT_FOUND);
    expect(await statusAndText('POST', '/t1/appid-a1/recipe/signup')).to.deep.equal(NOT_FOUND);
  });

  for (const path of [
    '/t_1/hello',
    '/appid-a.b/hello',
    '/t_1/recipe/multitenancy/tenant/v2',
    '/appid-ghost/foo/bar',
    '/public/public',
    '/recipe',
    '/config/x',
  ]) {
    it(`case 54: GET ${path} is not found`, async () => {
      expect(await statusAndText('GET', path)).to.deep.equal(NOT_FOUND);
    });
  }

  it('case 54: POST below a route is not found', async () => {
    expect(await statusAndText('POST', '/appid-a1/public/recipe/signup/incorrect/path')).to.deep.equal(NOT_FOUND);
  });

  it('an escaped slash is refused', async () => {
    expect((await cdi.get('/t1%2Fhello')).status).to.equal(400);
  });

  it('the handshake of old interface versions is gone', async () => {
    expect(await statusAndText('POST', '/recipe/handshake')).to.deep.equal(NOT_FOUND);
    expect((await cdi.get('/recipe/handshake')).status).to.equal(405);
  });

  it('case 26: a malformed body is reported before an unknown tenant', async () => {
    const { status, text } = await cdi.post('/ghost/recipe/signup', '{');
    expect([status, text]).to.deep.equal([400, 'Invalid Json Input\n']);
  });

  it('an unknown tenant is reported once the fields are read', async () => {
    const { status, text } = await cdi.post('/ghost/recipe/signup', { email: 'a@paths.test', password: 'p' });
    expect([status, text]).to.deep.equal([400, tenantNotFoundText('public', 'ghost')]);
  });
});

describe('base_path (00-conventions.md 2.4)', () => {
  const running: Annals[] = [];

  const startBelow = async (basePath: string): Promise<CdiClient> => {
    const { annals, cdi } = await startWithA1AndT1({ env: { BASE_PATH: basePath } });
    running.push(annals);
    return cdi;
  };

  after(async () => {
    for (const annals of running) await annals.stop();
  });

  it('case 32: is normalised, and nothing is served outside of it', async () => {
    const cdi = await startBelow('//some//path/');
    expect((await cdi.get('/hello')).status).to.equal(404);
    expect((await cdi.get('/livez')).status).to.equal(404);
    expect((await cdi.get('/some/path')).text).to.equal('Hello\n');
    expect((await cdi.get('/some/path/livez')).status).to.equal(200);
  });

  it('case 34: may look like a route', async () => {
    const cdi = await startBelow('/hello');
    const below = cdi.at('/hello');
    await below.put('/recipe/multitenancy/app/v2', { appId: 'a1' });
    await below.put('/appid-a1/recipe/multitenancy/tenant/v2', { tenantId: 't1' });
    for (const path of ['/hello', '/hello/', '/hello/hello', '/hello/appid-a1/t1/hello', '/hello/appid-a1/t1']) {
      const { status, text } = await cdi.get(path);
      expect([status, text], path).to.deep.equal([200, 'Hello\n']);
    }
  });
});

describe('rid (00-conventions.md 5)', () => {
  let annals: Annals;

  before(async () => {
    annals = await startAnnals();
  });

  after(() => annals.stop());

  it('case 47: without it, or with one that is not known as it is written, email and password answer', async () => {
    for (const headers of [{}, { rid: 'ThirdParty' }, { RID: 'emailpassword' }, { rid: 'no-such-recipe' }]) {
      const { status, text } = await cdiClient(annals.url).call('GET', '/recipe/user', { headers });
      expect([status, text]).to.deep.equal([400, 'Please provide one of userId or email\n']);
    }
  });
});
