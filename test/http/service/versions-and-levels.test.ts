import { expect } from 'chai';
import type { CdiClient } from '../../support/cdi.js';
import type { Annals } from '../../support/service.js';
import { startWithA1AndT1 } from './addressed-service.js';

const PUBLIC_TENANT_ONLY = 'Only public tenantId can call this app specific API\n';

describe('cdi-version and resource levels (00-conventions.md 4, 11)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    ({ annals, cdi } = await startWithA1AndT1());
  });

  after(() => annals.stop());

  const get = async (path: string, version?: string): Promise<unknown> => {
    const { status, text } = await cdi.get(path, version);
    return [status, text];
  };

  it('case 10: from CDI 5.0 on, an app-specific route is refused to other tenants than the public one', async () => {
    expect((await cdi.get('/public/users/count/active?since=0')).json.status).to.equal('OK');
    expect(await get('/t1/users/count/active?since=0', '5.0')).to.deep.equal([403, PUBLIC_TENANT_ONLY]);
    expect((await cdi.get('/t1/users/count/active?since=0', '4.0')).json.status).to.equal('OK');
  });

  it('case 11: that comes before the tenant is looked up', async () => {
    expect(await get('/ghost/users/count/active?since=0')).to.deep.equal([403, PUBLIC_TENANT_ONLY]);
  });

  it('case 12: a long is required, must be one, and in range', async () => {
    const path = '/users/count/active';
    expect(await get(path)).to.deep.equal([400, "Field name 'since' is missing in GET request\n"]);
    expect(await get(`${path}?since=x`)).to.deep.equal([400, "Field name 'since' must be a long in the GET request\n"]);
    expect(await get(`${path}?since=-1`)).to.deep.equal([400, "'since' query parameter must be >= 0\n"]);
  });

  for (const version of ['abc', '1..0', '2,7', '5.x', ' ']) {
    it(`case 13: cdi-version "${version}" is refused on every route`, async () => {
      expect(await get('/hello', version)).to.deep.equal([400, 'cdi-version header is invalid\n']);
      expect(await get('/no/such/path', version)).to.deep.equal([400, 'cdi-version header is invalid\n']);
    });
  }

  it('case 14: a version above the bound is refused everywhere, an unlisted one where a version is needed', async () => {
    expect(await get('/hello', '7.0')).to.deep.equal([400, 'cdi-version 7.0 not supported\n']);
    expect((await cdi.get('/hello', '4.5')).status).to.equal(200);
    expect(await get('/users', '4.5')).to.deep.equal([400, 'cdi-version 4.5 not supported\n']);
    expect(await get('/users', '5.4.0')).to.deep.equal([400, 'cdi-version 5.4.0 not supported\n']);
    expect(await get('/users', '99999999999')).to.deep.equal([400, 'cdi-version 99999999999 not supported\n']);
  });

  it('case 15: the highest version of an app bounds what it lists, takes and assumes', async () => {
    const coreConfig = { supertokens_max_cdi_version: '5.1' };
    await cdi.put('/recipe/multitenancy/app/v2', { appId: 'a2', coreConfig });
    const { json } = await cdi.get('/appid-a2/apiversion');
    expect(json).to.deep.equal({ versions: ['3.0', '3.1', '4.0', '5.0', '5.1'] });
    expect(await get('/appid-a2/hello', '5.4')).to.deep.equal([400, 'cdi-version 5.4 not supported\n']);
  });

  it('case 16: the lowest version of an app refuses lower ones, but lists them', async () => {
    const coreConfig = { supertokens_min_cdi_version: '5.0' };
    await cdi.put('/recipe/multitenancy/app/v2', { appId: 'a4', coreConfig });
    const app = cdi.at('/appid-a4');
    const tooLow = await app.get('/hello', '4.0');
    expect([tooLow.status, tooLow.text]).to.deep.equal([
      400,
      'cdi-version 4.0 is lower than the minimum allowed version 5.0\n',
    ]);
    for (const version of ['5.0', '5.4', undefined]) expect((await app.get('/hello', version)).status).to.equal(200);
    expect((await app.get('/apiversion')).json.versions[0]).to.equal('3.0');
  });

  it('case 17: the versions are listed with or without the domains of the caller, to the public tenant alone', async () => {
    const domains = 'websiteDomain=https%3A%2F%2Fshop.test&apiDomain=https%3A%2F%2Fapi.shop.test';
    const { json } = await cdi.get(`/apiversion?${domains}`);
    expect(json).to.deep.equal({
      versions: ['3.0', '3.1', '4.0', '5.0', '5.1', '5.2', '5.3', '5.4', '5.5', '5.6'],
    });
    expect(await get('/t1/apiversion')).to.deep.equal([403, PUBLIC_TENANT_ONLY]);
  });
});
