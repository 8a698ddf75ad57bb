import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { newTenant, refusal, signedUp, signInStatus } from './accounts.js';

describe('sign-in (30-emailpassword.md 2.2)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 6: each tenant has its own user of one email, with a password of its own', async () => {
    const t1 = await newTenant(cdi, 'case6-1');
    const t2 = await newTenant(cdi, 'case6-2');
    await signedUp(t1, 'a@example.org', 'one');
    await signedUp(t2, 'a@example.org', 'two');
    expect(await signInStatus(t1, 'a@example.org', 'one')).to.equal('OK');
    expect(await signInStatus(t2, 'a@example.org', 'two')).to.equal('OK');
    expect(await signInStatus(t1, 'a@example.org', 'two')).to.equal('WRONG_CREDENTIALS_ERROR');
    expect(await signInStatus(t2, 'a@example.org', 'one')).to.equal('WRONG_CREDENTIALS_ERROR');
    expect(await signInStatus(cdi, 'a@example.org', 'one')).to.equal('WRONG_CREDENTIALS_ERROR');
  });

  it('case 8: takes the email in any form, and the password as it is', async () => {
    await signedUp(cdi, 'case8@example.org', ' Secret ');
    expect(await signInStatus(cdi, '  CASE8@Example.org ', ' Secret ')).to.equal('OK');
    const wrong = [
      ['case8@example.org', 'Secret'],
      ['case8@example.org', ''],
      ['unknown@example.org', ' Secret '],
    ] as const;
    for (const [email, password] of wrong) {
      const { json } = await cdi.post('/recipe/signin', { email, password });
      expect(json).to.deep.equal({ status: 'WRONG_CREDENTIALS_ERROR' });
    }
  });

  it('answers the same user as sign-up did, and the login method that was used', async () => {
    const user = await signedUp(cdi, 'same@example.org');
    const { json } = await cdi.post('/recipe/signin', { email: 'same@example.org', password: 'p' });
    expect(json).to.deep.equal({ status: 'OK', user, recipeUserId: user.loginMethods[0].recipeUserId });
  });

  it('case 9: answers a flat user and no recipeUserId on CDI 3.1', async () => {
    await signedUp(cdi, 'case9@example.org');
    const { json } = await cdi.post('/recipe/signin', { email: 'case9@example.org', password: 'p' }, '3.1');
    expect(json).to.have.all.keys('status', 'user');
    expect(Object.keys(json.user)).to.deep.equal(['id', 'timeJoined', 'tenantIds', 'email']);
  });

  it('case 12: is refused until CDI 5.0 in a tenant where the recipe is off', async () => {
    const t1 = await newTenant(cdi, 'case12', { firstFactors: [] });
    await signedUp(t1, 'a@example.org');
    const body = { email: 'a@example.org', password: 'p' };
    const refused = [403, 'Email password login not enabled for tenant\n'];
    expect(refusal(await t1.post('/recipe/signin', body, '5.0'))).to.deep.equal(refused);
    expect(refusal(await t1.post('/recipe/signup', body, '4.0'))).to.deep.equal(refused);
    expect((await t1.post('/recipe/signin', body, '5.1')).json.status).to.equal('OK');
  });

  it('case 12: so it is where its flag is off', async () => {
    const tenant = { tenantId: 'case12-flag', emailPasswordEnabled: false, thirdPartyEnabled: true };
    await cdi.put('/recipe/multitenancy/tenant', tenant, '5.0');
    const t1 = cdi.at('/case12-flag');
    await signedUp(t1, 'a@example.org');
    const body = { email: 'a@example.org', password: 'p' };
    for (const version of ['4.0', '5.0'])
      expect(refusal(await t1.post('/recipe/signin', body, version)), version).to.deep.equal([
        403,
        'Email password login not enabled for tenant\n',
      ]);
    expect((await t1.post('/recipe/signin', body, '5.1')).json.status).to.equal('OK');
  });
});
