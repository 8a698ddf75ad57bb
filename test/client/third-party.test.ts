import { expect } from 'chai';
import { newCredentials } from './accounts.js';
import { PROVIDER_ID } from './oauth-client.js';
import { type ProviderAccount, runningProvider } from './oauth-provider.js';
import { consented, enterByProvider, signInUp } from './provider-sign-in.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

let made = 0;

function newAccount(isVerified = true): ProviderAccount {
  made += 1;
  return { id: `account-${made}`, email: newCredentials().email, isVerified };
}

describe('an app whose users sign in with a provider', () => {
  const provider = runningProvider();
  const running = runningApp(() => ({ providerUrl: provider.url, emailVerification: 'OPTIONAL' }));

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('signs a user up the first time, and in from then on', async () => {
        const account = newAccount();
        const frontEnd = open(running.app.url);
        const { body: first } = await enterByProvider(frontEnd, provider, account);
        expect(first).to.include({ status: 'OK', createdNewRecipeUser: true });
        expect(first.user.emails).to.deep.equal([account.email]);
        expect(first.user.thirdParty).to.deep.equal([{ id: PROVIDER_ID, userId: account.id }]);
        expect(first.user.loginMethods[0]).to.include({ recipeId: 'thirdparty', verified: true });
        const { body: session } = await frontEnd.request('GET', '/session');
        expect(session).to.include({ userId: first.user.id, recipeUserId: first.user.id });

        const { body: second } = await enterByProvider(open(running.app.url), provider, account);
        expect(second).to.include({ status: 'OK', createdNewRecipeUser: false });
        expect(second.user).to.deep.equal(first.user);
        expect(await running.app.backend('getUser', first.user.id)).to.deep.include({
          thirdParty: [{ id: PROVIDER_ID, userId: account.id }],
          timeJoined: first.user.timeJoined,
        });
      });

      it('believes the provider on whether the email is verified', async () => {
        for (const isVerified of [true, false]) {
          const frontEnd = open(running.app.url);
          const { body } = await enterByProvider(frontEnd, provider, newAccount(isVerified));
          expect(body.user.loginMethods[0].verified).to.equal(isVerified);
          const { body: session } = await frontEnd.request('GET', '/session');
          expect(session.payload).to.have.nested.property('st-ev.v', isVerified);
        }
      });

      it('takes a code once, and only with the verifier of its own authorisation URL', async () => {
        const account = newAccount();
        const frontEnd = open(running.app.url);
        const returned = await consented(frontEnd, provider, account);
        expect((await signInUp(frontEnd, returned)).body.status).to.equal('OK');
        expect((await signInUp(frontEnd, returned)).status).to.equal(500);

        const [own, other] = [newAccount(), newAccount()];
        const { code } = await consented(frontEnd, provider, own);
        const { pkceCodeVerifier } = await consented(frontEnd, provider, other);
        expect((await signInUp(frontEnd, { code, pkceCodeVerifier })).status).to.equal(500);
        expect(await running.app.backend('usersByEmail', 'public', own.email)).to.deep.equal([]);
      });
    });
  }

  it('takes over the email that the account has now, and the user stays the same', async () => {
    const { app } = running;
    const { id, email } = newAccount();
    const before = await app.backend('signInUpThirdParty', 'public', PROVIDER_ID, id, email, true);
    const changed = newCredentials().email;
    const after = await app.backend('signInUpThirdParty', 'public', PROVIDER_ID, id, changed, true);
    if (before.status !== 'OK' || after.status !== 'OK') throw new Error('not signed in');
    expect(after).to.include({ createdNewRecipeUser: false, recipeUserId: before.recipeUserId });
    expect(after.user.emails).to.deep.equal([changed]);
    expect(await app.backend('usersByEmail', 'public', email)).to.deep.equal([]);
    const found = await app.backend('usersByEmail', 'public', changed);
    expect(found.map((user) => user.id)).to.deep.equal([before.user.id]);
  });

  it('keeps accounts of two providers, and of two tenants, apart', async () => {
    const { app } = running;
    await app.backend('createOrUpdateTenant', 'branch', {});
    const { id, email } = newAccount();
    const places = [
      ['public', PROVIDER_ID],
      ['public', 'another'],
      ['branch', PROVIDER_ID],
    ] as const;
    const ids = new Set<string>();
    for (const [tenantId, providerId] of places) {
      const answer = await app.backend('signInUpThirdParty', tenantId, providerId, id, email, true);
      if (answer.status !== 'OK') throw new Error(`answered ${answer.status}`);
      expect(answer.createdNewRecipeUser).to.equal(true);
      ids.add(answer.user.id);
    }
    expect(ids.size).to.equal(3);
    expect(await app.backend('usersByEmail', 'public', email)).to.have.length(2);
    expect(await app.backend('usersByEmail', 'branch', email)).to.have.length(1);
  });

  it('of two first sign-ins at once one makes the user, and both get it', async () => {
    const { app } = running;
    const { id, email } = newAccount();
    const answers = await Promise.all(
      [1, 2].map(() => app.backend('signInUpThirdParty', 'public', PROVIDER_ID, id, email, true)),
    );
    const users = answers.map((answer) => (answer.status === 'OK' ? answer.user.id : answer.status));
    expect(new Set(users).size).to.equal(1);
    const found = await app.backend('usersByEmail', 'public', email);
    expect(found.map((user) => user.id)).to.deep.equal([users[0]]);
  });
});
