import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { google, googleSignIn } from './accounts.js';

const NOT_ALLOWED = {
  status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
  reason: 'Email already associated with another primary user.',
};
const invalid = (field: string) => badRequest(`Field name '${field}' is invalid in JSON input`);

describe('sign-in and sign-up by a third party (40-thirdparty-passwordless.md 3.2, 3.3)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const signInUp = (client: CdiClient, body: object, version?: string) =>
    client.post('/recipe/signinup', body, version);
  const makePrimary = async (recipeUserId: string) => {
    const { json } = await cdi.post('/recipe/accountlinking/user/primary', { recipeUserId });
    expect(json.status, `primary user ${recipeUserId}`).to.equal('OK');
  };
  const emailOf = async (id: string) => (await cdi.get(`/user/id?userId=${id}`)).json.user.loginMethods[0].email;

  it('cases 1, 2: signs up with the normalised email, and then in', async () => {
    const since = Date.now();
    const { json } = await signInUp(cdi, google('case1', ' Ann@Ex.org '));
    expect(json).to.have.all.keys('status', 'createdNewUser', 'user', 'recipeUserId');
    expect(json.createdNewUser).to.equal(true);
    expect(json.user.emails).to.deep.equal(['ann@ex.org']);
    expect(json.user.thirdParty).to.deep.equal([{ id: 'google', userId: 'case1' }]);
    expect(json.user.loginMethods[0].verified).to.equal(false);
    expect(json.recipeUserId).to.equal(json.user.id);
    expect(json.user.isPrimaryUser).to.equal(false);
    expect((await cdi.get(`/users/count/active?since=${since}`)).json.count).to.equal(1);

    const again = await signInUp(cdi, google('case1', ' Ann@Ex.org '));
    expect(again.json).to.deep.equal({ ...json, createdNewUser: false });
  });

  it('case 3: verifies an email that the provider vouches for, and never takes that back', async () => {
    const first = await googleSignIn(cdi, 'case3', 'case3@ex.org');
    expect(first.user.loginMethods[0].verified).to.equal(false);
    for (const isVerified of [true, false]) {
      const { user } = await googleSignIn(cdi, 'case3', 'case3@ex.org', isVerified);
      expect(user.loginMethods[0].verified).to.equal(true);
    }
  });

  it('case 4: takes the new email of the account, not verified; the old mark stays', async () => {
    const { user } = await googleSignIn(cdi, 'case4', 'case4@ex.org', true);
    const changed = await googleSignIn(cdi, 'case4', 'case4-new@ex.org');
    expect(changed.createdNewUser).to.equal(false);
    expect(changed.user.id).to.equal(user.id);
    expect(changed.user.emails).to.deep.equal(['case4-new@ex.org']);
    expect(changed.user.loginMethods[0].verified).to.equal(false);
    const back = await googleSignIn(cdi, 'case4', 'case4@ex.org');
    expect(back.user.loginMethods[0].verified).to.equal(true);
  });

  it('case 5: an email may be that of several accounts', async () => {
    const one = await googleSignIn(cdi, 'case5-1', 'case5@ex.org');
    const two = await googleSignIn(cdi, 'case5-2', 'case5@ex.org');
    expect(two.createdNewUser).to.equal(true);
    expect(two.user.id).not.to.equal(one.user.id);
  });

  it('case 6: an account is another user in another tenant', async () => {
    const t2 = await newTenant(cdi, 'case6');
    const here = await googleSignIn(cdi, 'case6', 'case6@ex.org');
    const there = await googleSignIn(t2, 'case6', 'case6@ex.org');
    expect(there.createdNewUser).to.equal(true);
    expect(there.user.id).not.to.equal(here.user.id);
    await googleSignIn(t2, 'case6', 'case6-new@ex.org');
    expect(await emailOf(here.user.id)).to.equal('case6@ex.org');
  });

  it('cases 7, 8: before CDI 4.0 isVerified is not looked at, and the user is flat', async () => {
    const body = { thirdPartyId: 'google', thirdPartyUserId: 'case7', email: { id: 'case7@ex.org' } };
    expect(refusal(await signInUp(cdi, body, '4.0'))).to.deep.equal(invalid('isVerified'));
    const { json } = await signInUp(cdi, { ...body, email: { id: 'case7@ex.org', isVerified: true } }, '3.0');
    expect(json).to.have.all.keys('status', 'createdNewUser', 'user');
    expect(json.user).to.have.all.keys('id', 'timeJoined', 'tenantIds', 'email', 'thirdParty');
    expect(json.user.thirdParty).to.deep.equal({ id: 'google', userId: 'case7' });
    const { user } = (await cdi.get(`/user/id?userId=${json.user.id}`)).json;
    expect(user.loginMethods[0].verified).to.equal(false);
    expect((await signInUp(cdi, body, '3.1')).json.createdNewUser).to.equal(false);
  });

  it('case 9: names the first field that is missing or wrong', async () => {
    const said = async (body: object) => refusal(await signInUp(cdi, body));
    const account = { thirdPartyId: 'google', thirdPartyUserId: 'case9' };
    expect(await said({})).to.deep.equal(invalid('thirdPartyId'));
    expect(await said({ thirdPartyId: 'google' })).to.deep.equal(invalid('thirdPartyUserId'));
    expect(await said(account)).to.deep.equal(invalid('email'));
    expect(await said({ ...account, email: {} })).to.deep.equal(invalid('id'));
    expect(await said({ ...account, email: 'x' })).to.deep.equal(invalid('email'));
    expect(await said({ ...account, email: { id: 'x', isVerified: 'true' } })).to.deep.equal(invalid('isVerified'));
  });

  it('case 10: a primary user can not take the email of another one', async () => {
    const first = await signedUp(cdi, 'case10-a@ex.org');
    await makePrimary(first.id);
    const { user } = await googleSignIn(cdi, 'case10', 'case10-b@ex.org');
    await makePrimary(user.id);
    const { json } = await signInUp(cdi, google('case10', 'case10-a@ex.org', true));
    expect(json).to.deep.equal(NOT_ALLOWED);
    expect(await emailOf(user.id)).to.equal('case10-b@ex.org');
    const query = new URLSearchParams({ userId: user.id, email: 'case10-a@ex.org' });
    expect((await cdi.get(`/recipe/user/email/verify?${query}`)).json.isVerified).to.equal(false);
  });

  it('case 10: nor does the attempt count as activity', async () => {
    await makePrimary((await signedUp(cdi, 'idle-a@ex.org')).id);
    await makePrimary((await googleSignIn(cdi, 'idle', 'idle-b@ex.org')).user.id);
    // A service that has just started has recorded nobody lately, so that every sign-in counts.
    await annals.killAndRestart();
    const since = Date.now();
    const active = async () => (await cdi.get(`/users/count/active?since=${since}`)).json.count;
    expect((await signInUp(cdi, google('idle', 'idle-a@ex.org', true))).json).to.deep.equal(NOT_ALLOWED);
    expect(await active()).to.equal(0);
    await googleSignIn(cdi, 'idle', 'idle-b@ex.org');
    expect(await active()).to.equal(1);
  });

  it('case 11: a user who is neither primary nor linked can', async () => {
    await makePrimary((await signedUp(cdi, 'case11@ex.org')).id);
    const { user } = await googleSignIn(cdi, 'case11', 'case11-old@ex.org');
    await googleSignIn(cdi, 'case11', 'case11@ex.org');
    expect(await emailOf(user.id)).to.equal('case11@ex.org');
  });

  it('case 12: a primary user can take the email of a user who is not', async () => {
    await signedUp(cdi, 'case12@ex.org');
    const { user } = await googleSignIn(cdi, 'case12', 'case12-old@ex.org');
    await makePrimary(user.id);
    await googleSignIn(cdi, 'case12', 'case12@ex.org');
    expect(await emailOf(user.id)).to.equal('case12@ex.org');
  });

  it('cases 13, 14: primary users without a common tenant do not get into each other’s way', async () => {
    const t1 = await newTenant(cdi, 'case13-1');
    const t2 = await newTenant(cdi, 'case13-2');
    await makePrimary((await signedUp(t1, 'case13@ex.org')).id);
    const { user } = await googleSignIn(t2, 'case13', 'case13-old@ex.org');
    await makePrimary(user.id);
    for (let time = 0; time < 2; time++) await googleSignIn(t2, 'case13', 'case13@ex.org');
    expect(await emailOf(user.id)).to.equal('case13@ex.org');
  });

  it('case 13: a login method that one of them is linked with is in the way where it is', async () => {
    const t1 = await newTenant(cdi, 'linked13-1');
    const t2 = await newTenant(cdi, 'linked13-2');
    const owner = (await signedUp(t1, 'linked13@ex.org')).id;
    await makePrimary(owner);
    const { user } = await googleSignIn(t2, 'linked13', 'linked13-old@ex.org');
    await makePrimary(user.id);
    const elsewhere = await signedUp(t2, 'linked13-member@ex.org');
    await cdi.post('/recipe/accountlinking/user/link', { recipeUserId: elsewhere.id, primaryUserId: owner });
    expect((await signInUp(t2, google('linked13', 'linked13@ex.org'))).json).to.deep.equal(NOT_ALLOWED);
    expect(await emailOf(user.id)).to.equal('linked13-old@ex.org');
  });

  it('case 19: is refused where the recipe is not enabled', async () => {
    const disabled = [403, 'ThirdParty login not enabled for tenant\n'];
    const t1 = await newTenant(cdi, 'case19-1', { firstFactors: ['emailpassword'] });
    expect(refusal(await signInUp(t1, google('case19', 'a@ex.org'), '4.0'))).to.deep.equal(disabled);
    expect((await signInUp(t1, google('case19', 'a@ex.org'), '5.1')).json.status).to.equal('OK');
    const none = await newTenant(cdi, 'case19-2', { firstFactors: [] });
    expect(refusal(await signInUp(none, google('case19', 'a@ex.org'), '5.0'))).to.deep.equal(disabled);
    expect((await signInUp(none, google('case19', 'a@ex.org'), '5.1')).json.status).to.equal('OK');
  });

  it('case 20: of fifty parallel first sign-ins exactly one signs up, all to the same user', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => googleSignIn(cdi, 'case20', 'case20@ex.org')));
    expect(answers.filter((answer) => answer.createdNewUser)).to.have.length(1);
    expect(new Set(answers.map((answer) => answer.user.id)).size).to.equal(1);
  });

  it('takes any ids: no two accounts are the same for the characters in them', async () => {
    const accounts = [
      ...[
        { thirdPartyId: 'a|b', thirdPartyUserId: 'c' },
        { thirdPartyId: 'a', thirdPartyUserId: 'b|c' },
      ],
      ...[
        { thirdPartyId: '', thirdPartyUserId: '' },
        { thirdPartyId: '["', thirdPartyUserId: '\u0000\ud800' },
      ],
    ];
    const users = new Set<string>();
    for (const account of accounts) {
      const { json } = await signInUp(cdi, { ...account, email: { id: '', isVerified: false } });
      expect(json.status, JSON.stringify(account)).to.equal('OK');
      users.add(json.user.id);
    }
    expect(users.size).to.equal(accounts.length);
  });

  it('a deleted user’s account is free for a new one', async () => {
    const { user } = await googleSignIn(cdi, 'deleted', 'deleted@ex.org');
    await cdi.post('/user/remove', { userId: user.id });
    const again = await googleSignIn(cdi, 'deleted', 'deleted@ex.org');
    expect(again.createdNewUser).to.equal(true);
    expect(again.user.id).not.to.equal(user.id);
  });
});
