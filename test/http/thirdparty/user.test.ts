import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { googleSignIn } from './accounts.js';

describe('users by third party (40-thirdparty-passwordless.md 3.4, 3.5)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const lookUp = (query: string, client = cdi, version = '5.4') =>
    client.call('GET', `/recipe/user?${query}`, { cdi: version, headers: { rid: 'thirdparty' } });

  it('case 15: wants an id or an account', async () => {
    const none = badRequest('Please provide one of userId or (thirdPartyId & thirdPartyUserId)');
    const both = badRequest('Please provide only one of userId or (thirdPartyId & thirdPartyUserId)');
    expect(refusal(await lookUp(''))).to.deep.equal(none);
    expect(refusal(await lookUp('thirdPartyId=google'))).to.deep.equal(none);
    expect(refusal(await lookUp('userId=x&thirdPartyId=google'))).to.deep.equal(both);
  });

  it('case 16: finds users of this recipe only, by id through the public tenant', async () => {
    const t1 = await newTenant(cdi, 'case16');
    const { id } = await signedUp(cdi, 'case16@ex.org');
    expect((await lookUp(`userId=${id}`)).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
    expect((await lookUp('thirdPartyId=google&thirdPartyUserId=none')).json).to.deep.equal({
      status: 'UNKNOWN_THIRD_PARTY_USER_ERROR',
    });
    const { user } = await googleSignIn(cdi, 'case16', 'case16@ex.org');
    expect((await lookUp(`userId=${user.id}`)).json).to.deep.equal({ status: 'OK', user });
    expect((await lookUp('thirdPartyId=google&thirdPartyUserId=case16')).json).to.deep.equal({ status: 'OK', user });
    expect((await lookUp('thirdPartyId=google&thirdPartyUserId=case16', t1)).json.status).to.equal(
      'UNKNOWN_THIRD_PARTY_USER_ERROR',
    );
    expect((await lookUp(`userId=${user.id}`, t1, '5.0')).status).to.equal(403);
    expect((await lookUp(`userId=${user.id}`, t1, '4.0')).json.status).to.equal('OK');
  });

  it('case 17: a mapped user is found by the external id, and goes by it', async () => {
    const { user } = await googleSignIn(cdi, 'case17', 'case17@ex.org', true);
    const { json } = await cdi.post('/recipe/userid/map', {
      superTokensUserId: user.id,
      externalUserId: 'case17-external',
      force: true,
    });
    expect(json).to.deep.equal({ status: 'OK' });
    for (const id of ['case17-external', user.id])
      expect((await lookUp(`userId=${id}`)).json.user.id, id).to.equal('case17-external');
    const again = await googleSignIn(cdi, 'case17', 'case17@ex.org', true);
    expect(again.recipeUserId).to.equal('case17-external');
    const found = (await lookUp('thirdPartyId=google&thirdPartyUserId=case17')).json.user;
    expect(found.loginMethods[0]).to.deep.include({ recipeUserId: 'case17-external', verified: true });
  });

  it('case 18: lists those of an email, oldest first', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++)
      ids.push((await googleSignIn(cdi, `case18-${index}`, 'case18@ex.org')).user.id);
    await signedUp(cdi, 'case18@ex.org');
    const { json } = await cdi.get('/recipe/users/by-email?email=CASE18@EX.ORG');
    expect(json.users.map((user: { id: string }) => user.id)).to.deep.equal(ids);
    expect((await cdi.get('/recipe/users/by-email?email=none@ex.org')).json).to.deep.equal({ status: 'OK', users: [] });
    expect(refusal(await cdi.get('/recipe/users/by-email'))).to.deep.equal(
      badRequest("Field name 'email' is missing in GET request"),
    );
  });

  it('32-users.md 3.3, 4.2: is found by account info and by provider', async () => {
    const { user } = await googleSignIn(cdi, 'searched', 'searched@ex.org');
    const byAccount = 'thirdPartyId=google&thirdPartyUserId=searched&doUnionOfAccountInfo=false';
    expect((await cdi.get(`/users/by-accountinfo?${byAccount}`)).json.users).to.deep.equal([user]);
    expect((await cdi.get('/users?provider=GOO&email=searched')).json.users).to.deep.equal([user]);
    expect((await cdi.get('/users?provider=oogle&email=searched')).json.users).to.deep.equal([]);
    expect((await cdi.get('/users?provider=goo&phone=%2B')).json.users).to.deep.equal([]);
    expect((await cdi.get('/users/count?includeRecipeIds=thirdparty')).json.count).to.be.above(0);
  });

  it('10-multitenancy.md 9.1, 9.2: joins and leaves tenants with its account, which only one can have there', async () => {
    const t1 = await newTenant(cdi, 'joined');
    const { user } = await googleSignIn(cdi, 'joins', 'joins@ex.org');
    const associate = async (recipeUserId: string) =>
      (await t1.post('/recipe/multitenancy/tenant/user', { recipeUserId })).json;
    expect(await associate(user.id)).to.deep.equal({ status: 'OK', wasAlreadyAssociated: false });
    const there = await googleSignIn(t1, 'joins', 'joins@ex.org');
    expect(there.createdNewUser).to.equal(false);
    expect(there.user.tenantIds).to.deep.equal(['public', 'joined']);
    await t1.post('/recipe/multitenancy/tenant/user/remove', { recipeUserId: user.id });
    const other = await googleSignIn(t1, 'joins', 'joins@ex.org');
    expect(other.createdNewUser).to.equal(true);
    expect(await associate(user.id)).to.deep.equal({ status: 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR' });
  });
});
