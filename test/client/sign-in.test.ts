import { expect } from 'chai';
import { newCredentials, PASSWORD, signedUp, signIn, signUp } from './accounts.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

describe('an app that signs its users up and in', () => {
  const running = runningApp();

  it('signs a user up and in from its own code', async () => {
    const { email } = newCredentials();
    const made = await running.app.backend('signUp', 'public', email, PASSWORD);
    const found = await running.app.backend('signIn', 'public', email.toUpperCase(), PASSWORD);
    expect(made.status).to.equal('OK');
    expect(found).to.deep.equal(made);
  });

  it('tells that an email exists', async () => {
    const { email } = newCredentials();
    const path = `/auth/emailpassword/email/exists?email=${encodeURIComponent(email)}`;
    const stranger = TRANSFER_METHODS[0]?.open(running.app.url);
    expect((await stranger?.request('GET', path))?.body).to.deep.equal({ status: 'OK', exists: false });
    await running.app.backend('signUp', 'public', email, PASSWORD);
    expect((await stranger?.request('GET', path))?.body).to.deep.equal({ status: 'OK', exists: true });
  });

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('signs a user up, with a session', async () => {
        const frontEnd = open(running.app.url);
        const credentials = newCredentials();
        const { body } = await signUp(frontEnd, credentials);
        expect(body.status).to.equal('OK');
        expect(body.user.emails).to.deep.equal([credentials.email]);
        const { status, body: session } = await frontEnd.request('GET', '/session');
        expect(status).to.equal(200);
        expect(session).to.include({ userId: body.user.id, recipeUserId: body.user.id, tenantId: 'public' });
      });

      it('refuses a second sign-up of an email', async () => {
        const credentials = newCredentials();
        await signUp(open(running.app.url), credentials);
        const { status, body } = await signUp(open(running.app.url), credentials);
        expect(status).to.equal(200);
        expect(body.status).to.equal('FIELD_ERROR');
        expect(body.formFields).to.have.lengthOf(1);
        expect(body.formFields[0].id).to.equal('email');
      });

      it('signs a user in, with a session of its own', async () => {
        const credentials = newCredentials();
        const first = await signedUp(open(running.app.url), credentials);
        const frontEnd = open(running.app.url);
        const { body } = await signIn(frontEnd, credentials);
        expect(body.status).to.equal('OK');
        expect(body.user.id).to.equal(first.userId);
        const { body: second } = await frontEnd.request('GET', '/session');
        expect(second.userId).to.equal(first.userId);
        expect(second.handle).to.not.equal(first.handle);
      });

      it('refuses a wrong password and an unknown email alike, without tokens', async () => {
        const credentials = newCredentials();
        await signUp(open(running.app.url), credentials);
        const frontEnd = open(running.app.url);
        for (const wrong of [{ ...credentials, password: 'wrong-horse-1' }, newCredentials()]) {
          const { status, body } = await signIn(frontEnd, wrong);
          expect({ status, body }).to.deep.equal({ status: 200, body: { status: 'WRONG_CREDENTIALS_ERROR' } });
        }
        expect(frontEnd.tokens().accessToken).to.equal(undefined);
        expect((await frontEnd.request('GET', '/session')).status).to.equal(401);
      });

      it('tells a request without a session from one with', async () => {
        const frontEnd = open(running.app.url);
        const stranger = await frontEnd.request('GET', '/session');
        expect([stranger.status, stranger.body]).to.deep.equal([401, { message: 'unauthorised' }]);
        expect((await frontEnd.request('GET', '/session/optional')).body).to.deep.equal({ isSignedIn: false });
        await signedUp(frontEnd);
        expect((await frontEnd.request('GET', '/session/optional')).body).to.deep.equal({ isSignedIn: true });
      });

      it('asks Annals about the session only where the database is to be checked', async () => {
        const frontEnd = open(running.app.url);
        await signedUp(frontEnd);
        await running.app.takeCalls();
        expect((await frontEnd.request('GET', '/session')).status).to.equal(200);
        expect(await running.app.takeCalls()).to.deep.equal([]);
        expect((await frontEnd.request('GET', '/session/checked')).status).to.equal(200);
        expect(await running.app.takeCalls()).to.deep.equal(['POST /recipe/session/verify']);
      });

      it('refuses a token that was tampered with', async () => {
        const frontEnd = open(running.app.url);
        await signedUp(frontEnd);
        const [header, payload, signature] = (frontEnd.tokens().accessToken ?? '').split('.');
        const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
        const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
        const thief = open(running.app.url);
        const { status, body } = await thief.request('GET', '/session', {
          headers: { authorization: `Bearer ${[header, forged, signature].join('.')}` },
        });
        expect([status, body]).to.deep.equal([401, { message: 'try refresh token' }]);
      });
    });
  }
});
