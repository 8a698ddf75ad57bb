import { expect } from 'chai';
import { type Credentials, formFields, newCredentials, signedUp, signIn, signUp } from './accounts.js';
import type { FrontEnd } from './front-end.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

const NEW_PASSWORD = 'another-horse-2';

function askForReset(frontEnd: FrontEnd, email: string) {
  return frontEnd.request('POST', '/auth/user/password/reset/token', { body: { formFields: formFields({ email }) } });
}

function reset(frontEnd: FrontEnd, token: string, password: string) {
  const body = { method: 'token', token, formFields: formFields({ password }) };
  return frontEnd.request('POST', '/auth/user/password/reset', { body });
}

describe('an app whose users forget their passwords', () => {
  const running = runningApp();

  async function mailedToken(frontEnd: FrontEnd, { email }: Credentials): Promise<string> {
    expect((await askForReset(frontEnd, email)).body).to.deep.equal({ status: 'OK' });
    const token = await running.app.resetToken(email);
    if (token === undefined) throw new Error('no mail was sent');
    return token;
  }

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('sends a link, and takes a new password for its token', async () => {
        const frontEnd = open(running.app.url);
        const credentials = newCredentials();
        await signUp(open(running.app.url), credentials);
        const token = await mailedToken(frontEnd, credentials);
        expect((await reset(frontEnd, token, NEW_PASSWORD)).body.status).to.equal('OK');

        expect((await signIn(frontEnd, credentials)).body.status).to.equal('WRONG_CREDENTIALS_ERROR');
        expect((await signIn(frontEnd, { ...credentials, password: NEW_PASSWORD })).body.status).to.equal('OK');
      });

      it('takes a token once', async () => {
        const frontEnd = open(running.app.url);
        const credentials = newCredentials();
        await signUp(open(running.app.url), credentials);
        const token = await mailedToken(frontEnd, credentials);
        await reset(frontEnd, token, NEW_PASSWORD);
        const { body } = await reset(frontEnd, token, 'a-third-horse-3');
        expect(body).to.deep.equal({ status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' });
        expect((await signIn(frontEnd, { ...credentials, password: NEW_PASSWORD })).body.status).to.equal('OK');
      });

      it('of two resets at once with one token exactly one succeeds', async () => {
        const credentials = newCredentials();
        await signUp(open(running.app.url), credentials);
        const token = await mailedToken(open(running.app.url), credentials);
        const answers = await Promise.all(
          [NEW_PASSWORD, 'a-third-horse-3'].map((password) => reset(open(running.app.url), token, password)),
        );
        const statuses = answers.map(({ body }) => body.status).sort();
        expect(statuses).to.deep.equal(['OK', 'RESET_PASSWORD_INVALID_TOKEN_ERROR']);
      });
    });
  }

  it('of several tokens, using one voids the others', async () => {
    const [method] = TRANSFER_METHODS;
    const frontEnd = method?.open(running.app.url);
    if (!frontEnd) throw new Error('no transfer method');
    const credentials = newCredentials();
    await signedUp(frontEnd, credentials);
    const first = await mailedToken(frontEnd, credentials);
    const second = await mailedToken(frontEnd, credentials);
    expect(second).to.not.equal(first);
    expect((await reset(frontEnd, second, NEW_PASSWORD)).body.status).to.equal('OK');
    expect((await reset(frontEnd, first, 'a-third-horse-3')).body.status).to.equal(
      'RESET_PASSWORD_INVALID_TOKEN_ERROR',
    );
  });

  it('says nothing of whether an email is known, and sends no mail for one that is not', async () => {
    const [method] = TRANSFER_METHODS;
    const { email } = newCredentials();
    const answer = method && (await askForReset(method.open(running.app.url), email));
    expect(answer?.body).to.deep.equal({ status: 'OK' });
    expect(await running.app.resetToken(email)).to.equal(undefined);
  });

  it('refuses a token that was made up', async () => {
    const [method] = TRANSFER_METHODS;
    const answer = method && (await reset(method.open(running.app.url), 'made-up', NEW_PASSWORD));
    expect(answer?.body).to.deep.equal({ status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' });
  });
});
