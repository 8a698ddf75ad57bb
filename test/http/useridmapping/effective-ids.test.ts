import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { newTenant, resetToken, signedUp, signInStatus } from '../emailpassword/accounts.js';
import { isVerified, verificationToken, verified, verify } from '../emailverification/verifying.js';
import { MAP, mappedUser, mapUser, metadataOf, newSession, setMetadata, userById } from './mapped.js';

const OK = { status: 'OK' };

describe('effective ids (32-users.md 2, 7.6)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('30-emailpassword.md case 10: sign-in names the user by the external id', async () => {
    await mappedUser(cdi, 'signin@example.org', 'ext-1');
    const { json } = await cdi.post('/recipe/signin', { email: 'signin@example.org', password: 'p' });
    expect(json.user.id).to.equal('ext-1');
    expect(json.user.loginMethods[0].recipeUserId).to.equal('ext-1');
    expect(json.recipeUserId).to.equal('ext-1');
    const flat = await cdi.call('POST', '/recipe/signin', {
      body: { email: 'signin@example.org', password: 'p' },
      cdi: '3.1',
    });
    expect(flat.json.user.id).to.equal('ext-1');
  });

  it('both ids find the same user, in every read', async () => {
    const id = await mappedUser(cdi, 'reads@example.org', 'reads');
    const user = await userById(cdi, 'reads');
    expect(user.id).to.equal('reads');
    expect(user).to.not.have.property('superTokensUserId');
    expect(user.loginMethods[0]).to.have.all.keys(
      ...['tenantIds', 'recipeUserId', 'verified', 'timeJoined', 'recipeId', 'email'],
    );
    expect(await userById(cdi, id)).to.deep.equal(user);
    const reads = [`/recipe/user?userId=${id}`, '/recipe/user?userId=reads', '/recipe/user?email=reads@example.org'];
    for (const path of reads) expect((await cdi.get(path)).json.user, path).to.deep.equal(user);
    for (const path of [
      '/users?email=reads',
      '/users/by-accountinfo?email=reads@example.org&doUnionOfAccountInfo=true',
    ])
      expect((await cdi.get(path)).json.users, path).to.deep.equal([user]);
  });

  it('case 10: lists show external ids, tokens carry SuperTokens ids, and paging works', async () => {
    const t1 = await newTenant(cdi, 'case10');
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      const { id } = await signedUp(t1, `case10-${n}@example.org`);
      await mapUser(cdi, id, `case10-${n}`);
      ids.push(id);
    }
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '1', ...(token === undefined ? {} : { paginationToken: token }) });
      const { json } = await t1.get(`/users?${query}`);
      seen.push(...json.users.map((user: { id: string }) => user.id));
      token = json.nextPaginationToken;
      if (token !== undefined) expect(ids).to.include(Buffer.from(token, 'base64').toString().split(';')[0]);
    } while (token !== undefined);
    expect(seen).to.deep.equal(['case10-1', 'case10-2', 'case10-3']);
  });

  it('30-emailpassword.md case 30: consuming a reset token names the user by the external id', async () => {
    await mappedUser(cdi, 'case30@example.org', 'case30');
    const token = await resetToken(cdi, 'case30', 'case30@example.org');
    const { json } = await cdi.post('/recipe/user/password/reset/token/consume', { token });
    expect(json).to.deep.equal({ ...OK, userId: 'case30', email: 'case30@example.org' });
    const legacy = await resetToken(cdi, 'case30');
    const reset = await cdi.post('/recipe/user/password/reset', { method: 'token', token: legacy, newPassword: 'new' });
    expect(reset.json).to.deep.equal({ ...OK, userId: 'case30' });
    expect(await signInStatus(cdi, 'case30@example.org', 'new')).to.equal('OK');
  });

  it('credentials are changed by either id', async () => {
    const id = await mappedUser(cdi, 'put@example.org', 'put');
    for (const recipeUserId of ['put', id]) {
      expect((await cdi.put('/recipe/user', { recipeUserId, password: recipeUserId })).json).to.deep.equal(OK);
      expect(await signInStatus(cdi, 'put@example.org', recipeUserId)).to.equal('OK');
    }
  });

  it('tenants are joined and left by either id', async () => {
    const t1 = await newTenant(cdi, 'joins');
    const id = await mappedUser(cdi, 'joins@example.org', 'joins');
    const path = '/recipe/multitenancy/tenant/user';
    expect((await t1.post(path, { recipeUserId: 'joins' })).json).to.deep.equal({ ...OK, wasAlreadyAssociated: false });
    expect((await t1.post(path, { recipeUserId: id })).json).to.deep.equal({ ...OK, wasAlreadyAssociated: true });
    expect((await userById(cdi, id)).tenantIds).to.deep.equal(['public', 'joins']);
    const removed = await t1.post(`${path}/remove`, { recipeUserId: 'joins' });
    expect(removed.json).to.deep.equal({ ...OK, wasAssociated: true });
    expect((await userById(cdi, id)).tenantIds).to.deep.equal(['public']);
  });

  it('30-emailpassword.md case 50: marks count under the external id, not under the SuperTokens id', async () => {
    const email = 'case50@example.org';
    const id = await mappedUser(cdi, email, 'case50');
    await verified(cdi, id, email);
    expect((await userById(cdi, id)).loginMethods[0].verified).to.equal(false);
    await verified(cdi, 'case50', email);
    expect((await userById(cdi, id)).loginMethods[0].verified).to.equal(true);
  });

  describe('sessions (20-session.md 7)', () => {
    const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

    it('are made for the external id, whichever is given', async () => {
      const id = await mappedUser(cdi, 'session@example.org', 'session-1');
      for (const given of [id, 'session-1']) {
        const { session, accessToken } = await newSession(cdi, given);
        expect([session.userId, session.recipeUserId]).to.deep.equal(['session-1', 'session-1']);
        expect(claims(accessToken.token)).to.include({ sub: 'session-1', rsub: 'session-1' });
      }
    });

    it('W8, W9: are found by either id, those from before the mapping too', async () => {
      const { id } = await signedUp(cdi, 'w9@example.org');
      const before = (await newSession(cdi, id)).session.handle;
      await mapUser(cdi, id, 'w9', { force: true });
      const after = (await newSession(cdi, id)).session.handle;
      const information = (await cdi.get(`/recipe/session?sessionHandle=${before}`)).json;
      expect([information.userId, information.recipeUserId]).to.deep.equal(['w9', id]);
      for (const linked of [true, false])
        for (const userId of [id, 'w9']) {
          const query = new URLSearchParams({ userId, fetchSessionsForAllLinkedAccounts: String(linked) });
          const { json } = await cdi.get(`/recipe/session/user?${query}`);
          expect(json.sessionHandles).to.have.members([before, after]);
        }
      const revoked = await cdi.post('/recipe/session/remove', { userId: 'w9' });
      expect(revoked.json.sessionHandlesRevoked).to.have.members([before, after]);
    });

    it('a refresh shows the mapping that came after, and keeps rsub', async () => {
      const { id } = await signedUp(cdi, 'refresh@example.org');
      const { refreshToken } = await newSession(cdi, id);
      await mapUser(cdi, id, 'refresh', { force: true });
      const { json } = await cdi.post('/recipe/session/refresh', {
        refreshToken: refreshToken.token,
        enableAntiCsrf: false,
        useDynamicSigningKey: true,
      });
      expect([json.session.userId, json.session.recipeUserId]).to.deep.equal(['refresh', id]);
      expect(claims(json.accessToken.token)).to.include({ sub: 'refresh', rsub: id });
    });

    it('32-users.md 5: count the user as active once, by the SuperTokens id', async () => {
      const app = await newApp('active');
      const id = await mappedUser(app, 'active@example.org', 'active-1');
      await newSession(app, id);
      await newSession(app, 'active-1');
      await app.post('/recipe/session/remove', { userId: 'active-1' });
      expect((await app.get('/users/count/active?since=0')).json.count).to.equal(1);
    });

    async function newApp(appId: string): Promise<CdiClient> {
      const { json } = await cdi.put('/recipe/multitenancy/app/v2', { appId, firstFactors: null });
      expect(json.status).to.equal('OK');
      return cdi.at(`/appid-${appId}`);
    }
  });

  describe('deletion (32-users.md 6)', () => {
    it('case 27: by the external id takes the user, the mapping, and all under that id', async () => {
      const id = await mappedUser(cdi, 'case27@example.org', 'case27');
      await setMetadata(cdi, 'case27');
      await verified(cdi, 'case27', 'case27@example.org');
      const token = await verificationToken(cdi, 'case27', 'case27-b@example.org');
      const { session } = await newSession(cdi, id);
      expect((await cdi.post('/user/remove', { userId: 'case27' })).json).to.deep.equal(OK);
      for (const userId of [id, 'case27']) expect(await userById(cdi, userId)).to.equal('UNKNOWN_USER_ID_ERROR');
      expect((await cdi.get(`${MAP}?userId=case27`)).json).to.deep.equal({ status: 'UNKNOWN_MAPPING_ERROR' });
      expect(await metadataOf(cdi, 'case27')).to.deep.equal({});
      expect(await isVerified(cdi, 'case27', 'case27@example.org')).to.equal(false);
      expect((await verify(cdi, token)).status).to.equal('EMAIL_VERIFICATION_INVALID_TOKEN_ERROR');
      const gone = await cdi.get(`/recipe/session?sessionHandle=${session.handle}`);
      expect(gone.json.status).to.equal('UNAUTHORISED');
      await mappedUser(cdi, 'case27@example.org', 'case27');
      expect((await userById(cdi, 'case27')).loginMethods[0].verified, 'a new life').to.equal(false);
    });

    const shadowed = async (name: string): Promise<readonly [string, string]> => {
      const { id: u } = await signedUp(cdi, `${name}-u@example.org`);
      const { id: v } = await signedUp(cdi, `${name}-v@example.org`);
      await mapUser(cdi, v, u, { force: true });
      await setMetadata(cdi, u);
      return [u, v];
    };

    it('case 28: of a user whose id is the external id of another leaves the mapping and the metadata', async () => {
      const [u, v] = await shadowed('case28a');
      await cdi.post('/user/remove', { userId: u });
      expect(await signInStatus(cdi, 'case28a-u@example.org', 'p')).to.equal('WRONG_CREDENTIALS_ERROR');
      expect((await cdi.get(`${MAP}?userId=${v}`)).json.externalUserId).to.equal(u);
      expect(await metadataOf(cdi, u)).to.deep.equal({ a: 1 });
      expect((await userById(cdi, u)).emails).to.deep.equal(['case28a-v@example.org']);
    });

    it('case 28: of the user with the shadowing id leaves the other user and the metadata', async () => {
      const [u, v] = await shadowed('case28b');
      await verified(cdi, u, 'case28b-u@example.org');
      await cdi.post('/user/remove', { userId: v });
      expect(await userById(cdi, v)).to.equal('UNKNOWN_USER_ID_ERROR');
      expect((await cdi.get(`${MAP}?userId=${u}`)).json).to.deep.equal({ status: 'UNKNOWN_MAPPING_ERROR' });
      expect(await metadataOf(cdi, u)).to.deep.equal({ a: 1 });
      const other = await userById(cdi, u);
      expect(other.emails).to.deep.equal(['case28b-u@example.org']);
      expect(other.loginMethods[0].verified).to.equal(true);
    });
  });

  it('a mapping survives SIGKILL', async () => {
    const id = await mappedUser(cdi, 'kill@example.org', 'kill');
    await annals.killAndRestart();
    expect((await userById(cdi, id)).id).to.equal('kill');
  });
});
