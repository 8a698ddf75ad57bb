import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp, signInStatus } from '../emailpassword/accounts.js';

const BCRYPT = '$2b$04$7Tc1U.aLEVP69a0NTnZfiO6rJ9KigC8AaJ0fo.OxSV3Yn0VvsH6X.';
const PUBLIC_ONLY = [403, 'Only public tenantId can call this app specific API\n'];

describe('counts of users (32-users.md 3.4, 3.5)', () => {
  let annals: Served;
  let cdi: CdiClient;

  beforeEach(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  afterEach(() => annals.stop());

  const count = async (path: string, version?: string, at = cdi): Promise<number> =>
    (await at.get(path, version)).json.count;

  it('case 15: counts those whom the list shows, or all of the app', async () => {
    const t1 = await newTenant(cdi, 't1');
    const t2 = await newTenant(cdi, 't2');
    const { id } = await signedUp(t1, 'a@example.org');
    await signedUp(cdi, 'b@example.org');
    expect(await count('/users/count')).to.equal(1);
    expect(await count('/users/count', undefined, t1)).to.equal(1);
    expect(await count('/users/count?includeRecipeIds=emailpassword,thirdparty', undefined, t1)).to.equal(1);
    expect(await count('/users/count?includeRecipeIds=thirdparty', undefined, t1)).to.equal(0);
    expect(await count('/users/count?includeRecipeIds=session', undefined, t1)).to.equal(0);
    expect(await count('/users/count?includeAllTenants=TRUE')).to.equal(2);
    expect(await count('/users/count?includeAllTenants=no')).to.equal(1);

    await t2.post('/recipe/multitenancy/tenant/user', { recipeUserId: id });
    expect(await count('/users/count', undefined, t2)).to.equal(1);
    expect(await count('/users/count?includeAllTenants=true')).to.equal(2);
    for (const tenant of [t1, t2]) await tenant.post('/recipe/multitenancy/tenant/user/remove', { recipeUserId: id });
    expect(await count('/users/count', undefined, t1)).to.equal(0);
    expect(await count('/users/count?includeAllTenants=true'), 'in no tenant (W13)').to.equal(2);

    await cdi.post('/user/remove', { userId: id });
    expect(await count('/users/count?includeAllTenants=true')).to.equal(1);
  });

  it('case 15: the app is counted through the public tenant, from CDI 5.0 on', async () => {
    const t1 = await newTenant(cdi, 't1');
    await signedUp(cdi, 'a@example.org');
    expect(refusal(await t1.get('/users/count?includeAllTenants=true', '5.1'))).to.deep.equal(PUBLIC_ONLY);
    expect(await count('/users/count?includeAllTenants=true', '4.0', t1)).to.equal(1);
    expect(refusal(await cdi.get('/users/count?includeRecipeIds=foo'))).to.deep.equal(
      badRequest('Unknown recipe ID: foo'),
    );
  });

  it('case 16: says that it is exact when an approximate answer is allowed, from CDI 5.6 on', async () => {
    const { json } = await cdi.get('/users/count?allowApproximate=True', '5.6');
    expect(json).to.have.all.keys('status', 'count', 'approximate', 'asOf');
    expect(json.approximate).to.equal(false);
    expect(Math.abs(json.asOf - Date.now())).to.be.below(60_000);
    const filtered = await cdi.get('/users/count?allowApproximate=true&includeRecipeIds=emailpassword', '5.6');
    expect(filtered.json).to.deep.include({ count: 0, approximate: false });
    expect((await cdi.get('/users/count?allowApproximate=true', '5.5')).json).to.have.all.keys('status', 'count');
    expect((await cdi.get('/users/count?allowApproximate=false', '5.6')).json).to.have.all.keys('status', 'count');
  });

  it('case 20, 00-conventions case 48: counts users active since a moment, each once', async () => {
    const before = Date.now();
    const { id } = await signedUp(cdi, 'a@example.org');
    for (let time = 0; time < 2; time++) await signInStatus(cdi, 'a@example.org', 'p');
    expect(await count(`/users/count/active?since=${before}`)).to.equal(1);
    expect(await count('/users/count/active?since=0')).to.equal(1);
    expect(await count(`/users/count/active?since=${Date.now() + 60_000}`)).to.equal(0);
    expect(await count('/users/count/active?since=9223372036854775807')).to.equal(0);
    await cdi.post('/user/remove', { userId: id });
    expect(await count('/users/count/active?since=0')).to.equal(0);
  });

  it('5: an import is no activity, and neither is a failed sign-in', async () => {
    await cdi.post('/recipe/user/passwordhash/import', { email: 'a@example.org', passwordHash: BCRYPT });
    await signInStatus(cdi, 'a@example.org', 'wrong');
    expect(await count('/users/count/active?since=0')).to.equal(0);
  });

  it('case 20: refuses a bad moment before it looks at the tenant', async () => {
    const t1 = await newTenant(cdi, 't1');
    const texts: readonly (readonly [string, string])[] = [
      ['?since=abc', "Field name 'since' must be a long in the GET request"],
      ['?since=-1', "'since' query parameter must be >= 0"],
      ['', "Field name 'since' is missing in GET request"],
    ];
    for (const [query, text] of texts)
      expect(refusal(await t1.get(`/users/count/active${query}`, '5.0'))).to.deep.equal(badRequest(text));
    expect(refusal(await t1.get('/users/count/active?since=0', '5.0'))).to.deep.equal(PUBLIC_ONLY);
    expect((await t1.get('/users/count/active?since=0', '4.0')).status).to.equal(200);
  });
});
