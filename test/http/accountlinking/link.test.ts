import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { signInStatus } from '../emailpassword/accounts.js';
import {
  accountInfoTaken,
  ep,
  grouped,
  isAlive,
  linking,
  methodIds,
  newApp,
  newSession,
  primary,
  tenantOf,
  thirdParty,
  tp,
  userOf,
} from './linking.js';

const ALREADY = 'RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR';

describe('linking accounts (32-users.md 8.4, 8.5)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 41: needs a primary user to link to', async () => {
    const [one, other] = [await ep(cdi, 'a41@example.org'), await ep(cdi, 'b41@example.org')];
    const { link, canLink } = linking(cdi);
    for (const call of [canLink, link])
      expect((await call(one, other)).json).to.deep.equal({ status: 'INPUT_USER_IS_NOT_A_PRIMARY_USER' });
  });

  it('case 42: ends the sessions of the linked one alone, and only when it is really linked', async () => {
    const { link, canLink } = linking(cdi);
    const r = await tp(cdi, 'g-42', 'r42@example.org');
    const p = await primary(cdi, await ep(cdi, 'p42@example.org'));
    const [ofR, ofP] = [await newSession(cdi, r), await newSession(cdi, p)];
    expect((await canLink(r, p)).json).to.deep.equal({ status: 'OK', accountsAlreadyLinked: false });
    const linked = (await link(r, p)).json;
    expect(linked).to.deep.equal({ status: 'OK', accountsAlreadyLinked: false, user: await userOf(cdi, p) });
    expect(linked.user).to.deep.include({ id: p, isPrimaryUser: true });
    expect([await isAlive(cdi, ofR), await isAlive(cdi, ofP)]).to.deep.equal([false, true]);

    const later = await newSession(cdi, r);
    expect((await link(r, p)).json).to.deep.equal({ ...linked, accountsAlreadyLinked: true });
    expect((await link(p, p)).json).to.deep.equal({ ...linked, accountsAlreadyLinked: true });
    expect((await canLink(r, p)).json).to.deep.equal({ status: 'OK', accountsAlreadyLinked: true });
    expect(await isAlive(cdi, later)).to.equal(true);
  });

  it('case 43: any login method stands for its primary user', async () => {
    const r = await tp(cdi, 'g-43', 'r43@example.org');
    const p = await grouped(cdi, await ep(cdi, 'p43@example.org'), r);
    const r3 = await ep(cdi, 'third43@example.org');
    expect((await linking(cdi).link(r3, r)).json.user.id).to.equal(p);
    expect(await methodIds(cdi, p)).to.have.members([p, r, r3]);
  });

  it('case 44: not what belongs elsewhere, and groups are not merged', async () => {
    const r = await tp(cdi, 'g-44', 'r44@example.org');
    const p = await grouped(cdi, await ep(cdi, 'p44@example.org'), r);
    const q = await primary(cdi, await ep(cdi, 'q44@example.org'));
    const description = 'The input recipe user ID is already linked to another user ID';
    for (const id of [r, p]) {
      const error = { status: ALREADY, primaryUserId: p, description };
      expect((await linking(cdi).canLink(id, q)).json).to.deep.equal(error);
      expect((await linking(cdi).link(id, q)).json).to.deep.equal({ ...error, user: await userOf(cdi, p) });
    }
  });

  it('case 45: no account info may come to a tenant where another primary user has it', async () => {
    const app = await newApp(cdi, 'case45');
    const [t1, t2] = [await tenantOf(app, 't1'), await tenantOf(app, 't2')];
    const p = await primary(app, await ep(t1, 'a@example.org'));
    const r = await ep(t2, 'b@example.org');
    const q = await primary(app, await ep(t2, 'a@example.org'));
    for (const call of [linking(app).canLink, linking(app).link])
      expect((await call(r, p)).json).to.deep.equal(accountInfoTaken(q, 'email'));
    expect((await userOf(app, r)).isPrimaryUser).to.equal(false);
  });

  it('case 46: nor one of the linked, and of two conflicts the third-party account is told', async () => {
    const app = await newApp(cdi, 'case46');
    const t1 = await tenantOf(app, 't1');
    const q = await primary(app, await ep(t1, 'b@example.org'));
    const r = await tp(t1, 'g-46', 'b@example.org');
    const p = await primary(app, await ep(app, 'p@example.org'));
    expect((await linking(app).link(r, p)).json).to.deep.equal(accountInfoTaken(q, 'email'));

    const t2 = await tenantOf(app, 't2');
    const owner = await grouped(app, await ep(t2, 'c@example.org'), await tp(app, 'g-47', 'd@example.org'));
    const same = await tp(t1, 'g-47', 'd@example.org');
    const asking = await primary(app, await ep(app, 'e@example.org'));
    expect((await linking(app).link(same, asking)).json).to.deep.equal(accountInfoTaken(owner, 'third party login'));
  });

  it('case 47: across tenants; tenants and credentials stay what they were', async () => {
    const app = await newApp(cdi, 'case47');
    const t1 = await tenantOf(app, 't1');
    const p = await grouped(app, await ep(t1, 'p@example.org'), await tp(app, 'g-47', 'r@example.org'));
    expect((await userOf(app, p)).tenantIds).to.deep.equal(['t1', 'public']);
    expect(await signInStatus(app, 'p@example.org', 'p')).to.equal('WRONG_CREDENTIALS_ERROR');
    expect(await signInStatus(t1, 'p@example.org', 'p')).to.equal('OK');
    for (const place of [app, t1]) {
      const { users } = (await place.get('/users')).json;
      expect(users).to.deep.equal([await userOf(app, p)]);
    }
  });

  it('case 3: arrays have one order, whatever shows them', async () => {
    const app = await newApp(cdi, 'case3');
    const p = await primary(app, await ep(app, 'test2@example.com'));
    const r = await ep(app, 'test3@example.com');
    const { user } = (await linking(app).link(r, p)).json;
    expect(user.emails).to.deep.equal(['test3@example.com', 'test2@example.com']);
    expect(user.loginMethods.map((method: { email: string }) => method.email)).to.deep.equal([
      ...['test2@example.com', 'test3@example.com'],
    ]);
    const signIn = await app.post('/recipe/signin', { email: 'test3@example.com', password: 'p' });
    const found = await app.get('/users/by-accountinfo?email=test2@example.com&doUnionOfAccountInfo=true');
    const listed = await app.get('/users');
    expect(signIn.json.recipeUserId).to.equal(r);
    for (const same of [signIn.json.user, found.json.users[0], listed.json.users[0], await userOf(app, r)])
      expect(same).to.deep.equal(user);
  });

  it('case 6: CDI 3.1 lists the oldest login method for all of them', async () => {
    const app = await newApp(cdi, 'case6');
    const older = await ep(app, 'a@example.org');
    await grouped(app, await tp(app, 'g-6', 'b@example.org'), older);
    const { users } = (await app.get('/users', '3.1')).json;
    expect(users).to.have.lengthOf(1);
    expect(users[0]).to.deep.include({ recipeId: 'emailpassword' });
    expect(users[0].user).to.deep.include({ id: older, email: 'a@example.org' });
  });

  it('case 11: is listed for the recipes of its login methods in the very tenant', async () => {
    const app = await newApp(cdi, 'case11-list');
    const t1 = await tenantOf(app, 't1');
    const p = await grouped(app, await ep(app, 'a@example.org'), await tp(t1, 'g-11', 'b@example.org'));
    const listed = async (place: CdiClient, recipe: string) =>
      (await place.get(`/users?includeRecipeIds=${recipe}`)).json.users;
    for (const [place, here, elsewhere] of [
      [app, 'emailpassword', 'thirdparty'],
      [t1, 'thirdparty', 'emailpassword'],
    ] as const) {
      expect(await listed(place, here)).to.deep.equal([await userOf(app, p)]);
      expect(await listed(place, elsewhere)).to.deep.equal([]);
    }
  });

  it('case 15: is counted once, by any of its recipes', async () => {
    const app = await newApp(cdi, 'case15');
    await grouped(app, await ep(app, 'a@example.org'), await tp(app, 'g-15', 'a@example.org'));
    const count = async (query: string) => (await app.get(`/users/count${query}`)).json.count;
    expect(await count('')).to.equal(1);
    expect(await count('?includeRecipeIds=thirdparty')).to.equal(1);
    expect(await count('?includeRecipeIds=passwordless')).to.equal(0);
    expect(await count('?includeAllTenants=true')).to.equal(1);
  });

  it('case 17: is found once, for its account infos together', async () => {
    const app = await newApp(cdi, 'case17');
    const [one, other] = [await ep(app, 'a@example.org'), await tp(app, 'g-17', 'b@example.org')];
    const found = async (union: boolean) => {
      const query = `email=a@example.org&thirdPartyId=google&thirdPartyUserId=g-17&doUnionOfAccountInfo=${union}`;
      return (await app.get(`/users/by-accountinfo?${query}`)).json.users.length;
    };
    expect([await found(true), await found(false)]).to.deep.equal([2, 0]);
    await grouped(app, one, other);
    expect([await found(true), await found(false)]).to.deep.equal([1, 1]);
  });

  it('case 21: two active users are one when they are linked', async () => {
    const app = await newApp(cdi, 'case21');
    const active = async () => (await app.get('/users/count/active?since=0')).json.count;
    const [one, other] = [await ep(app, 'a@example.org'), await ep(app, 'b@example.org')];
    expect(await active()).to.equal(2);
    await grouped(app, one, other);
    expect(await active()).to.equal(1);
    await app.post('/recipe/signin', { email: 'b@example.org', password: 'p' });
    expect(await active()).to.equal(1);
  });

  it('case 54: each login method keeps its own verified email', async () => {
    const app = await newApp(cdi, 'case54');
    const p = await ep(app, 'p@example.org');
    const email = { userId: p, email: 'p@example.org' };
    const { token } = (await app.post('/recipe/user/email/verify/token', email)).json;
    await app.post('/recipe/user/email/verify', { method: 'token', token });
    await grouped(app, p, await tp(app, 'g-54', 'r@example.org'));
    const { loginMethods } = await userOf(app, p);
    expect(loginMethods.map((method: { verified: boolean }) => method.verified)).to.deep.equal([true, false]);
  });

  it('case 52: of two links that need one email, one wins', async () => {
    const app = await newApp(cdi, 'case52');
    for (let round = 0; round < 5; round++) {
      const email = `shared${round}@example.org`;
      const [p, q] = [
        await primary(app, await ep(app, `p${round}@example.org`)),
        await primary(app, await ep(app, `q${round}@example.org`)),
      ];
      const [r1, r2] = [await ep(app, email), await tp(app, `g-52-${round}`, email)];
      const answers = await Promise.all([linking(app).link(r1, p), linking(app).link(r2, q)]);
      expect(answers.map((answer) => answer.json.status)).to.have.members([
        'OK',
        'ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
      ]);
      const users = [await userOf(app, p), await userOf(app, q)];
      expect(users.filter((user) => user.emails.includes(email))).to.have.lengthOf(1);
    }
  });

  it('40-thirdparty-passwordless case 10: an email change at sign-in may not take what another primary user has', async () => {
    const app = await newApp(cdi, 'tp10');
    await primary(app, await ep(app, 'a@example.org'));
    const p2 = await primary(app, await tp(app, 'u', 'b@example.org'));
    expect((await thirdParty(app, 'u', 'a@example.org')).json).to.deep.equal({
      status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
      reason: 'Email already associated with another primary user.',
    });
    expect((await userOf(app, p2)).emails).to.deep.equal(['b@example.org']);
    await thirdParty(app, 'u', 'c@example.org');
    const free = await tp(app, 'u2', 'b@example.org');
    expect((await linking(app).canBePrimary(free)).json.status).to.equal('OK');
    const taken = await tp(app, 'u3', 'c@example.org');
    expect((await linking(app).canBePrimary(taken)).json).to.deep.equal(accountInfoTaken(p2, 'email'));
  });
});
