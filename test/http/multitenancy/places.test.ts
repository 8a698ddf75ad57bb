import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { hostedClient } from '../../support/raw-http.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { APP, CUD, expectOk, expectRefused, notFoundText, TEN } from './paths.js';

const ONLY_APP = 'Only the public tenantId is allowed to list all tenants associated with this app';

describe('ids, and who may write and list from where (10-multitenancy.md 2, 4, 7.3)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
    await cdi.put(`${TEN}/v2`, { tenantId: 't1' });
    await cdi.put(`${APP}/v2`, { appId: 'a1' });
    await cdi.put(`${CUD}/v2`, { connectionUriDomain: 'c1.test' });
  });

  after(() => annals.stop());

  it('case 17: tenant ids are checked, trimmed and lower-cased', async () => {
    const put = (tenantId: string) => cdi.put(`${TEN}/v2`, { tenantId });
    const characters = 'tenantId can only contain letters, numbers and hyphens';
    expectRefused(await put('a_b'), 400, characters);
    expectRefused(await put('a+b'), 400, characters);
    expectRefused(await put('AppId-x'), 400, "tenantId must not start with 'appid-'");
    expectRefused(await put('reCipe'), 400, "Cannot use 'recipe' as a tenantId");
    expectRefused(await put(' '), 400, 'tenantId should not be an empty String');
    for (const id of ['hellotenant', '1', 'a-B-1']) expectOk(await put(id), { createdNew: true });
    expect((await cdi.at('/a-b-1').get(`${TEN}/v2`)).json.tenantId).to.equal('a-b-1');
  });

  it('case 18: a body without an id means the public tenant', async () => {
    const invalid = "Field name 'tenantId' is invalid in JSON input";
    expectRefused(await cdi.put(`${TEN}/v2`, { tenantId: null }), 400, invalid);
    expectRefused(await cdi.put(`${TEN}/v2`, { tenantId: 7 }), 400, invalid);
    expectOk(await cdi.put(`${TEN}/v2`, {}), { createdNew: false });
  });

  it('case 19: a tenant is written from the public or the same tenant', async () => {
    const refused = 'You must use the public or same tenant to add/update a tenant';
    expectRefused(await cdi.at('/t1').put(`${TEN}/v2`, { tenantId: 't2' }), 403, refused);
    expectOk(await cdi.at('/t1').put(`${TEN}/v2`, { tenantId: 't1' }), { createdNew: false });
    expectRefused(
      await cdi.at('/ghost').put(`${TEN}/v2`, { tenantId: 't2' }),
      400,
      notFoundText('', 'public', 'ghost'),
    );
  });

  it('case 20: an app is written from the public or the same app', async () => {
    const refused = 'You must use the public or same app to add/update an app';
    expectOk(await cdi.at('/appid-a1').put(`${APP}/v2`, { appId: 'a1' }), { createdNew: false });
    expectRefused(await cdi.at('/appid-a1').put(`${APP}/v2`, { appId: 'a2' }), 403, refused);
    expectRefused(await cdi.at('/t1').put(`${APP}/v2`, { appId: 'a2' }), 403, refused);
  });

  it('case 21: a connection URI domain is written from the default or the same one', async () => {
    const inside = hostedClient(annals.url, 'c1.test');
    expectOk(await inside.put(`${CUD}/v2`, { connectionUriDomain: 'c1.test' }), { createdNew: false });
    expectRefused(
      await inside.put(`${CUD}/v2`, { connectionUriDomain: 'c2.test' }),
      403,
      'You must use the default or same connectionUriDomain to create/update a connectionUriDomain',
    );
  });

  it('case 22: a connection URI domain is a host name; its port is dropped', async () => {
    const put = (connectionUriDomain: string) => cdi.put(`${CUD}/v2`, { connectionUriDomain });
    for (const invalid of ['http://x', 'x/y', 'x:', 'x:abc', 'abc.']) {
      expectRefused(await put(invalid), 400, 'connectionUriDomain is invalid');
    }
    expectRefused(await put(''), 400, 'connectionUriDomain should not be an empty String');
    expectOk(await put('LOCALHOST:3567'), { createdNew: true });
    expectOk(await put('localhost:9'), { createdNew: false });
  });

  it('case 23: lists are read from the public tenant of their level', async () => {
    expectRefused(await cdi.at('/t1').get(`${TEN}/list/v2`), 403, ONLY_APP);
    expectRefused(
      await cdi.at('/appid-a1').get(`${APP}/list/v2`),
      403,
      'Only the public tenantId and public appId is allowed to list all apps associated with this connection uri domain',
    );
    expectRefused(
      await cdi.at('/appid-a1').get(`${CUD}/list/v2`),
      403,
      'Only the public tenantId, public appId and default connectionUriDomain is allowed to list all ' +
        'connectionUriDomains and appIds associated with this core',
    );
    expectRefused(await cdi.at('/appid-ghost').get(`${TEN}/list/v2`), 400, notFoundText('', 'ghost', 'public'));
  });

  it('case 24: asking for an unknown tenant is no error', async () => {
    for (const place of ['/appid-ghost', '/ghost', '/appid-ghost/ghost']) {
      const { status, json } = await cdi.at(place).get(`${TEN}/v2`);
      expect({ status, json }).to.deep.equal({ status: 200, json: { status: 'TENANT_NOT_FOUND_ERROR' } });
    }
  });

  it('case 60: a body without an id never means the source itself', async () => {
    const refused = 'You must use the public or same tenant to add/update a tenant';
    expectRefused(await cdi.at('/appid-a1').put(`${APP}/v2`, {}), 403, refused);
    expectOk(await cdi.at('/appid-a1').put(`${TEN}/v2`, {}), { createdNew: false });
  });

  it('lists show rows in the form of their version: tenants, apps and domains in order of creation', async () => {
    const inside = hostedClient(annals.url, 'c1.test');
    await inside.put(`${APP}/v2`, { appId: 'zz' });
    await inside.put(`${APP}/v2`, { appId: 'aa' });
    await inside.at('/appid-aa').put(`${TEN}/v2`, { tenantId: 'later' });
    const closed = { providers: [] };
    const publicRow = { tenantId: 'public', thirdParty: closed, coreConfig: {} };
    const laterRow = { tenantId: 'later', thirdParty: closed, firstFactors: [], coreConfig: {} };
    const apps = [
      { appId: 'public', tenants: [publicRow] },
      { appId: 'zz', tenants: [publicRow] },
      { appId: 'aa', tenants: [publicRow, laterRow] },
    ];
    expectOk(await inside.get(`${APP}/list/v2`), { apps });
    expectOk(await inside.at('/appid-aa').get(`${TEN}/list/v2`), { tenants: [publicRow, laterRow] });
    const { json } = await cdi.get(`${CUD}/list/v2`);
    const domains = json.connectionUriDomains;
    expect(domains[0].connectionUriDomain).to.equal('');
    expect(
      domains.find((domain: { connectionUriDomain: string }) => domain.connectionUriDomain === 'c1.test'),
    ).to.deep.equal({ connectionUriDomain: 'c1.test', apps });
    const v1 = await inside.at('/appid-aa').get(`${TEN}/list`, '3.0');
    expect(v1.json.tenants[1].emailPassword).to.deep.equal({ enabled: false });
  });

  it('a domain is a name space of its own: a host that names none means the default one', async () => {
    const inside = hostedClient(annals.url, 'C1.test:8080');
    await inside.put(`${TEN}/v2`, { tenantId: 'only-in-c1' });
    expect((await inside.at('/only-in-c1').get(`${TEN}/v2`)).json.status).to.equal('OK');
    const elsewhere = hostedClient(annals.url, 'unknown.test').at('/only-in-c1');
    expect((await elsewhere.get(`${TEN}/v2`)).json.status).to.equal('TENANT_NOT_FOUND_ERROR');
  });
});
