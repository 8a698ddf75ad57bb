import { expect } from 'chai';
import { cdiClient } from '../support/cdi.js';
import { newCredentials, PASSWORD, signedUp, signIn, signUp } from './accounts.js';
import { type App, startApp } from './app.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

describe('an app with tenants', () => {
  const running = runningApp();

  async function newTenant(tenantId: string) {
    return running.app.backend('createOrUpdateTenant', tenantId, { firstFactors: ['emailpassword'] });
  }

  it('makes, shows, lists and removes tenants', async () => {
    expect(await newTenant('made')).to.deep.equal({ status: 'OK', createdNew: true });
    expect(await newTenant('made')).to.deep.equal({ status: 'OK', createdNew: false });
    expect(await running.app.backend('getTenant', 'made')).to.include({ status: 'OK', tenantId: 'made' });
    const { tenants } = await running.app.backend('listAllTenants');
    expect(tenants.map(({ tenantId }) => tenantId)).to.include.members(['public', 'made']);
    expect(tenants.find(({ tenantId }) => tenantId === 'made')?.firstFactors).to.deep.equal(['emailpassword']);
    expect(await running.app.backend('deleteTenant', 'made')).to.deep.equal({ status: 'OK', didExist: true });
    expect(await running.app.backend('deleteTenant', 'made')).to.deep.equal({ status: 'OK', didExist: false });
    expect(await running.app.backend('getTenant', 'made')).to.equal(null);
  });

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      const [one, two] = [`${name}-one`, `${name}-two`];

      before(async () => {
        await newTenant(one);
        await newTenant(two);
      });

      it('one email is two users in two tenants, each with sessions of their tenant', async () => {
        const credentials = newCredentials();
        const [inOne, inTwo] = [open(running.app.url), open(running.app.url)];
        const [first, second] = [await signUp(inOne, credentials, one), await signUp(inTwo, credentials, two)];
        expect([first.body.status, second.body.status]).to.deep.equal(['OK', 'OK']);
        expect(first.body.user.id).to.not.equal(second.body.user.id);
        const { body: session } = await inOne.request('GET', '/session/checked');
        expect(session).to.include({ tenantId: one, userId: first.body.user.id });
        expect(session.payload.tId).to.equal(one);
        expect(session.handle).to.match(new RegExp(`_${one}$`));
        expect((await signIn(open(running.app.url), credentials)).body.status).to.equal('WRONG_CREDENTIALS_ERROR');
      });

      it('refreshes, finds and ends the sessions of a tenant', async () => {
        const credentials = newCredentials();
        const frontEnd = open(running.app.url);
        const { body } = await signUp(frontEnd, credentials, one);
        expect((await frontEnd.refresh()).status).to.equal(200);
        const { body: session } = await frontEnd.request('GET', '/session');
        expect(session.tenantId).to.equal(one);
        expect((await running.app.backend('getSessionInformation', session.handle))?.tenantId).to.equal(one);
        expect(await running.app.backend('sessionsOf', body.user.id)).to.deep.equal([session.handle]);
        expect(await running.app.backend('sessionsOfInTenant', body.user.id, two)).to.deep.equal([]);
        expect(await running.app.backend('revokeAllOfInTenant', body.user.id, two)).to.deep.equal([]);
        expect(await running.app.backend('revokeAllOfInTenant', body.user.id, one)).to.deep.equal([session.handle]);
        expect((await frontEnd.refresh()).status).to.equal(401);
      });
    });
  }

  for (const { name, open } of TRANSFER_METHODS) {
    it(`a user who joins a tenant signs in there, until they leave it (${name})`, async () => {
      const tenantId = `${name}-joined`;
      await newTenant(tenantId);
      const credentials = newCredentials();
      const { userId } = await signedUp(open(running.app.url), credentials);
      const there = open(running.app.url);
      expect((await signIn(there, credentials, tenantId)).body.status).to.equal('WRONG_CREDENTIALS_ERROR');

      expect(await running.app.backend('joinTenant', tenantId, userId)).to.deep.include({ status: 'OK' });
      expect((await signIn(there, credentials, tenantId)).body.status).to.equal('OK');
      expect((await there.request('GET', '/session')).body).to.include({ userId, tenantId });

      expect(await running.app.backend('leaveTenant', tenantId, userId)).to.deep.include({ status: 'OK' });
      expect((await there.refresh()).status).to.equal(401);
      expect((await signIn(there, credentials, tenantId)).body.status).to.equal('WRONG_CREDENTIALS_ERROR');
      expect((await signIn(there, credentials)).body.status).to.equal('OK');
    });
  }

  it('a tenant’s users are listed and counted apart', async () => {
    await newTenant('apart');
    const { email } = newCredentials();
    const made = await running.app.backend('signUp', 'apart', email, PASSWORD);
    expect(made.status).to.equal('OK');
    const { users } = await running.app.backend('getUsersNewestFirst', { tenantId: 'apart' });
    expect(users.map(({ emails }) => emails)).to.deep.equal([[email]]);
    expect(await running.app.backend('getUserCount', ['emailpassword'], 'apart')).to.equal(1);
    expect(await running.app.backend('usersByEmail', 'public', email)).to.deep.equal([]);
  });
});

describe('two apps of one Annals', () => {
  const running = runningApp();
  let other: App;

  before(async () => {
    const { url } = running.annals;
    const { json } = await cdiClient(url).put(
      '/recipe/multitenancy/app/v2',
      { appId: 'other', firstFactors: null },
      '5.4',
    );
    expect(json.status).to.equal('OK');
    other = await startApp({ connectionUri: `${url}/appid-other` });
  });

  after(() => other.stop());

  for (const { name, open } of TRANSFER_METHODS) {
    it(`share neither users nor sessions (${name})`, async () => {
      const credentials = newCredentials();
      const here = open(running.app.url);
      const { handle } = await signedUp(here, credentials);
      expect((await signIn(open(other.url), credentials)).body.status).to.equal('WRONG_CREDENTIALS_ERROR');
      expect(await other.backend('getSessionInformation', handle)).to.equal(null);

      const { accessToken, refreshToken } = here.tokens();
      const stranger = open(other.url);
      const bearer = (token: string | undefined) => ({ headers: { authorization: `Bearer ${token}` } });
      expect((await stranger.request('GET', '/session', bearer(accessToken))).body.message).to.equal(
        'try refresh token',
      );
      expect((await stranger.refresh(bearer(refreshToken))).body.message).to.equal('unauthorised');
      await signedUp(stranger, credentials);
      expect((await here.refresh()).status).to.equal(200);
    });
  }
});
