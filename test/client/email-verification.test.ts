import { expect } from 'chai';
import { newCredentials, newUser, PASSWORD, signedUp, signIn, signUp } from './accounts.js';
import type { App } from './app.js';
import type { FrontEnd } from './front-end.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';
import { askForVerification, mailedVerificationToken, verify } from './verification.js';

const OK = { status: 'OK' };
const INVALID_TOKEN = { status: 'EMAIL_VERIFICATION_INVALID_TOKEN_ERROR' };
const ALREADY_VERIFIED = { status: 'EMAIL_ALREADY_VERIFIED_ERROR' };

async function newToken(app: App, userId: string, email?: string): Promise<string> {
  const made = await app.backend('createVerificationToken', 'public', userId, ...(email === undefined ? [] : [email]));
  if (made.status !== 'OK') throw new Error(`the token was answered with ${made.status}`);
  return made.token;
}

describe('an app that requires its users to verify their emails', () => {
  const running = runningApp({ emailVerification: 'REQUIRED' });

  async function expectShutOut(frontEnd: FrontEnd): Promise<void> {
    const { status, body } = await frontEnd.request('GET', '/session');
    expect(status).to.equal(403);
    expect(body.claimValidationErrors).to.have.length(1);
    expect(body.claimValidationErrors[0].id).to.equal('st-ev');
  }

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('shuts a new user out until the link in the mail was followed', async () => {
        const frontEnd = open(running.app.url);
        const credentials = newCredentials();
        const { body: made } = await signUp(frontEnd, credentials);
        expect(made.user.loginMethods[0].verified).to.equal(false);
        await expectShutOut(frontEnd);

        const token = await mailedVerificationToken(running.app, frontEnd, credentials.email);
        await expectShutOut(frontEnd);
        expect((await verify(frontEnd, token)).body).to.deep.equal(OK);
        const { status, body } = await frontEnd.request('GET', '/session');
        expect(status).to.equal(200);
        expect(body.payload['st-ev'].v).to.equal(true);

        const again = open(running.app.url);
        const { body: signedIn } = await signIn(again, credentials);
        expect(signedIn.user.loginMethods[0].verified).to.equal(true);
        expect((await again.request('GET', '/session')).status).to.equal(200);
      });

      it('takes the link on a device that is not signed in, and lets the other one in when it asks', async () => {
        const frontEnd = open(running.app.url);
        const credentials = newCredentials();
        await signUp(frontEnd, credentials);
        const token = await mailedVerificationToken(running.app, frontEnd, credentials.email);
        expect((await verify(open(running.app.url), token)).body).to.deep.equal(OK);
        const { body } = await frontEnd.request('GET', '/auth/user/email/verify');
        expect(body).to.deep.equal({ ...OK, isVerified: true });
        expect((await frontEnd.request('GET', '/session')).status).to.equal(200);
      });

      it('sends nothing to a user whose email is verified', async () => {
        const frontEnd = open(running.app.url);
        const credentials = newCredentials();
        await signUp(frontEnd, credentials);
        await verify(frontEnd, await mailedVerificationToken(running.app, frontEnd, credentials.email));
        expect((await askForVerification(frontEnd)).body).to.deep.equal(ALREADY_VERIFIED);
      });
    });
  }

  it('shuts a user out again at the next sign-in after the email was unverified', async () => {
    const [method] = TRANSFER_METHODS;
    if (!method) throw new Error('no transfer method');
    const { id, email } = await newUser(running.app);
    await running.app.backend('verifyEmail', 'public', await newToken(running.app, id));
    const before = method.open(running.app.url);
    await signIn(before, { email, password: PASSWORD });
    expect((await before.request('GET', '/session')).status).to.equal(200);

    expect(await running.app.backend('unverify', id)).to.deep.equal(OK);
    expect(await running.app.backend('isVerified', id)).to.equal(false);
    const after = method.open(running.app.url);
    await signIn(after, { email, password: PASSWORD });
    await expectShutOut(after);
  });
});

describe('an app whose users may verify their emails', () => {
  const running = runningApp({ emailVerification: 'OPTIONAL' });

  for (const { name, open } of TRANSFER_METHODS) {
    it(`lets a user in either way, and tells of it in the access token (${name})`, async () => {
      const frontEnd = open(running.app.url);
      const credentials = newCredentials();
      const { payload } = await signedUp(frontEnd, credentials);
      expect(payload).to.have.nested.property('st-ev.v', false);
      await verify(frontEnd, await mailedVerificationToken(running.app, frontEnd, credentials.email));
      const { body } = await frontEnd.request('GET', '/session');
      expect(body.payload).to.have.nested.property('st-ev.v', true);
      await frontEnd.refresh();
      expect((await frontEnd.request('GET', '/session')).body.payload).to.have.nested.property('st-ev.v', true);
    });
  }

  it('shows in the user that the email is verified', async () => {
    const { app } = running;
    const { id, email } = await newUser(app);
    expect((await app.backend('getUser', id))?.loginMethods[0]?.verified).to.equal(false);
    const verified = await app.backend('verifyEmail', 'public', await newToken(app, id));
    expect(verified).to.deep.equal({ ...OK, user: { email, recipeUserId: id } });
    expect((await app.backend('getUser', id))?.loginMethods[0]?.verified).to.equal(true);
    expect(await app.backend('isVerified', id)).to.equal(true);
    expect(await app.backend('createVerificationToken', 'public', id)).to.deep.equal(ALREADY_VERIFIED);
  });

  it('takes a token once, and none that was made up', async () => {
    const { app } = running;
    const token = await newToken(app, (await newUser(app)).id);
    expect(await app.backend('verifyEmail', 'public', 'made-up')).to.deep.equal(INVALID_TOKEN);
    expect((await app.backend('verifyEmail', 'public', token)).status).to.equal('OK');
    expect(await app.backend('verifyEmail', 'public', token)).to.deep.equal(INVALID_TOKEN);
  });

  it('of two verifications at once with one token exactly one succeeds', async () => {
    const { app } = running;
    const token = await newToken(app, (await newUser(app)).id);
    const answers = await Promise.all([1, 2].map(() => app.backend('verifyEmail', 'public', token)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal(['EMAIL_VERIFICATION_INVALID_TOKEN_ERROR', 'OK']);
  });

  it('of several tokens, using one voids the others', async () => {
    const { app } = running;
    const { id } = await newUser(app);
    const first = await newToken(app, id);
    const second = await newToken(app, id);
    expect(second).to.not.equal(first);
    expect((await app.backend('verifyEmail', 'public', first)).status).to.equal('OK');
    await app.backend('unverify', id);
    expect(await app.backend('verifyEmail', 'public', second)).to.deep.equal(INVALID_TOKEN);
  });

  it('takes no token that was revoked', async () => {
    const { app } = running;
    const { id } = await newUser(app);
    const tokens = [await newToken(app, id), await newToken(app, id)];
    expect(await app.backend('revokeVerificationTokens', 'public', id)).to.deep.equal(OK);
    for (const token of tokens) expect(await app.backend('verifyEmail', 'public', token)).to.deep.equal(INVALID_TOKEN);
    expect(await app.backend('isVerified', id)).to.equal(false);
    const next = await newToken(app, id);
    expect((await app.backend('verifyEmail', 'public', next)).status).to.equal('OK');
  });

  it('verifies each email of a user by itself', async () => {
    const { app } = running;
    const { id, email } = await newUser(app);
    const next = newCredentials().email;
    await app.backend('verifyEmail', 'public', await newToken(app, id));
    expect(await app.backend('updateUser', id, { email: next })).to.deep.equal(OK);
    expect(await app.backend('isVerified', id)).to.equal(false);
    expect(await app.backend('isVerified', id, email)).to.equal(true);
    await app.backend('verifyEmail', 'public', await newToken(app, id, next));
    expect(await app.backend('isVerified', id)).to.equal(true);
  });
});
