import { expect } from 'chai';
import { formFields, newCredentials, newUser, PASSWORD, signIn, signUp } from './accounts.js';
import { type ProviderAccount, runningProvider } from './oauth-provider.js';
import { enterByProvider } from './provider-sign-in.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';
import { mailedVerificationToken, verify } from './verification.js';

const OK = { status: 'OK' };

let made = 0;

function accountOf(email: string): ProviderAccount {
  made += 1;
  return { id: `linked-${made}`, email, isVerified: true };
}

describe('an app that links accounts with one verified email', () => {
  const provider = runningProvider();
  const running = runningApp(() => ({
    providerUrl: provider.url,
    emailVerification: 'REQUIRED',
    linksAccounts: true,
  }));

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('makes a password and a provider one user, who can be unlinked again', async () => {
        const { app } = running;
        const credentials = newCredentials();
        const byPassword = open(app.url);
        const { body: first } = await signUp(byPassword, credentials);
        expect(first.user.isPrimaryUser).to.equal(false);
        await verify(byPassword, await mailedVerificationToken(app, byPassword, credentials.email));
        expect(await app.backend('getUser', first.user.id)).to.include({ id: first.user.id, isPrimaryUser: true });

        const byProvider = open(app.url);
        const account = accountOf(credentials.email);
        const { body: second } = await enterByProvider(byProvider, provider, account);
        expect(second).to.include({ status: 'OK', createdNewRecipeUser: true });
        expect(second.user).to.include({ id: first.user.id, isPrimaryUser: true });
        const recipes = second.user.loginMethods.map((method: { recipeId: string }) => method.recipeId);
        expect(recipes.sort()).to.deep.equal(['emailpassword', 'thirdparty']);
        const { body: session } = await byProvider.request('GET', '/session');
        expect(session.userId).to.equal(first.user.id);
        expect(session.recipeUserId).to.not.equal(first.user.id);
        expect(await app.backend('usersByEmail', 'public', credentials.email)).to.have.length(1);

        const unlinked = await app.backend('unlink', session.recipeUserId);
        expect(unlinked).to.deep.equal({ ...OK, wasRecipeUserDeleted: false, wasLinked: true });
        expect((await app.backend('getUser', first.user.id))?.loginMethods).to.have.length(1);
        expect(await app.backend('getUser', session.recipeUserId)).to.include({ isPrimaryUser: false });
        expect((await signIn(open(app.url), credentials)).body.user.id).to.equal(first.user.id);
      });

      it('lets nobody in by a provider whose email somebody has not verified yet', async () => {
        const { app } = running;
        const { email } = await newUser(app);
        const { body } = await enterByProvider(open(app.url), provider, accountOf(email));
        expect(body.status).to.equal('SIGN_IN_UP_NOT_ALLOWED');
        expect(await app.backend('usersByEmail', 'public', email)).to.have.length(1);
      });

      it('gives a user of a provider a password by a reset, not by a sign-up', async () => {
        const { app } = running;
        const credentials = newCredentials();
        const { body: first } = await enterByProvider(open(app.url), provider, accountOf(credentials.email));
        expect(first.user.isPrimaryUser).to.equal(true);
        const frontEnd = open(app.url);
        expect((await signUp(frontEnd, credentials)).body.status).to.equal('SIGN_UP_NOT_ALLOWED');

        const asked = { formFields: formFields({ email: credentials.email }) };
        await frontEnd.request('POST', '/auth/user/password/reset/token', { body: asked });
        const token = await app.resetToken(credentials.email);
        const reset = { method: 'token', token, formFields: formFields({ password: credentials.password }) };
        const { body: done } = await frontEnd.request('POST', '/auth/user/password/reset', { body: reset });
        expect(done.status).to.equal('OK');
        const { body: second } = await signIn(frontEnd, credentials);
        expect(second.user.id).to.equal(first.user.id);
        expect(second.user.loginMethods).to.have.length(2);
        expect((await frontEnd.request('GET', '/session')).body.userId).to.equal(first.user.id);
      });
    });
  }
});

describe('an app that links accounts by hand', () => {
  const running = runningApp();

  it('makes a user primary, and links others to it', async () => {
    const { app } = running;
    const [primary, second] = [await newUser(app), await newUser(app)];
    const refused = { status: 'INPUT_USER_IS_NOT_A_PRIMARY_USER' };
    expect(await app.backend('canLink', second.id, primary.id)).to.include(refused);
    expect(await app.backend('link', second.id, primary.id)).to.include(refused);
    expect(await app.backend('canBePrimary', primary.id)).to.deep.equal({ ...OK, wasAlreadyAPrimaryUser: false });
    expect(await app.backend('makePrimary', primary.id)).to.include({ ...OK, wasAlreadyAPrimaryUser: false });
    expect(await app.backend('makePrimary', primary.id)).to.include({ ...OK, wasAlreadyAPrimaryUser: true });
    expect(await app.backend('canLink', second.id, primary.id)).to.include({ ...OK, accountsAlreadyLinked: false });
    const linked = await app.backend('link', second.id, primary.id);
    expect(linked).to.include({ ...OK, accountsAlreadyLinked: false });
    expect(linked.user?.emails).to.have.members([primary.email, second.email]);
    expect(await app.backend('link', second.id, primary.id)).to.include({ ...OK, accountsAlreadyLinked: true });
    expect((await app.backend('getUser', second.id))?.id).to.equal(primary.id);
  });

  it('refuses a user who is linked to another, or is primary', async () => {
    const { app } = running;
    const [one, other, linked] = [await newUser(app), await newUser(app), await newUser(app)];
    for (const { id } of [one, other]) await app.backend('makePrimary', id);
    await app.backend('link', linked.id, one.id);
    const taken = {
      status: 'RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
      primaryUserId: one.id,
    };
    expect(await app.backend('link', linked.id, other.id)).to.include(taken);
    expect(await app.backend('link', one.id, other.id)).to.include(taken);
    expect(await app.backend('makePrimary', linked.id)).to.include({
      status: 'RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR',
      primaryUserId: one.id,
    });
  });

  it('ends the sessions of a user who is linked or unlinked', async () => {
    const { app } = running;
    const [method] = TRANSFER_METHODS;
    if (!method) throw new Error('no transfer method');
    const [primary, second] = [await newUser(app), await newUser(app)];
    await app.backend('makePrimary', primary.id);
    const frontEnd = method.open(app.url);
    await signIn(frontEnd, { email: second.email, password: PASSWORD });
    await app.backend('link', second.id, primary.id);
    expect(await app.backend('sessionsOf', second.id)).to.deep.equal([]);
    await signIn(frontEnd, { email: second.email, password: PASSWORD });
    expect(await app.backend('sessionsOf', primary.id)).to.have.length(1);
    await app.backend('unlink', second.id);
    expect(await app.backend('sessionsOf', primary.id)).to.deep.equal([]);
  });

  it('deletes all accounts of a user together', async () => {
    const { app } = running;
    const [primary, second] = [await newUser(app), await newUser(app)];
    await app.backend('makePrimary', primary.id);
    await app.backend('link', second.id, primary.id);
    expect(await app.backend('deleteUser', primary.id)).to.deep.equal(OK);
    for (const { id, email } of [primary, second]) {
      expect(await app.backend('getUser', id)).to.equal(null);
      expect((await app.backend('signIn', 'public', email, PASSWORD)).status).to.equal('WRONG_CREDENTIALS_ERROR');
    }
  });
});
