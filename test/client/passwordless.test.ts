import { expect } from 'chai';
import { newCredentials } from './accounts.js';
import type { AppAnswer, FrontEnd } from './front-end.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

const RESTART = { status: 'RESTART_FLOW_ERROR' };

/** The device that a front end is told of when its user is sent a code. */
interface Device {
  readonly deviceId: string;
  readonly preAuthSessionId: string;
}

type Contact = { readonly email: string } | { readonly phoneNumber: string };

let phones = 0;

function newPhone(): Contact {
  phones += 1;
  return { phoneNumber: `+4930901820${String(phones).padStart(2, '0')}` };
}

function newEmail(): Contact {
  return { email: newCredentials().email };
}

const CONTACTS = [
  { kind: 'email', newContact: newEmail },
  { kind: 'phone number', newContact: newPhone },
];

const addressOf = (contact: Contact) => ('email' in contact ? contact.email : contact.phoneNumber);

async function askForCode(frontEnd: FrontEnd, contact: Contact): Promise<Device> {
  const { body } = await frontEnd.request('POST', '/auth/signinup/code', { body: contact });
  if (body.status !== 'OK') throw new Error(`the code was answered with ${JSON.stringify(body)}`);
  return { deviceId: body.deviceId, preAuthSessionId: body.preAuthSessionId };
}

function resend(frontEnd: FrontEnd, device: Device): Promise<AppAnswer> {
  return frontEnd.request('POST', '/auth/signinup/code/resend', { body: device });
}

function enterCode(frontEnd: FrontEnd, device: Device, userInputCode: string): Promise<AppAnswer> {
  return frontEnd.request('POST', '/auth/signinup/code/consume', { body: { ...device, userInputCode } });
}

function followLink(frontEnd: FrontEnd, link: string): Promise<AppAnswer> {
  const { hash, searchParams } = new URL(link);
  const body = { preAuthSessionId: searchParams.get('preAuthSessionId'), linkCode: hash.slice(1) };
  return frontEnd.request('POST', '/auth/signinup/code/consume', { body });
}

function wrong(code: string): string {
  return code === '000000' ? '000001' : '000000';
}

describe('an app whose users sign in without a password', () => {
  const running = runningApp({ hasPasswordless: true });

  async function sent(contact: Contact): Promise<{ code: string; link: string }> {
    const message = await running.app.lastMessage('PASSWORDLESS_LOGIN', addressOf(contact));
    const { userInputCode: code, urlWithLinkCode: link } = message ?? {};
    if (code === undefined || link === undefined) throw new Error('no code was sent');
    return { code, link };
  }

  for (const { name, open } of TRANSFER_METHODS) {
    for (const { kind, newContact } of CONTACTS) {
      describe(`with ${name}, by ${kind}`, () => {
        it('signs a user up with the code the first time, and in from then on', async () => {
          const contact = newContact();
          const frontEnd = open(running.app.url);
          const device = await askForCode(frontEnd, contact);
          const { body: first } = await enterCode(frontEnd, device, (await sent(contact)).code);
          expect(first).to.include({ status: 'OK', createdNewRecipeUser: true });
          expect([...first.user.emails, ...first.user.phoneNumbers]).to.deep.equal([addressOf(contact)]);
          expect(first.user.loginMethods[0]).to.include({ recipeId: 'passwordless', ...contact });
          expect((await frontEnd.request('GET', '/session')).body.userId).to.equal(first.user.id);

          const next = await askForCode(frontEnd, contact);
          expect(next.deviceId).to.not.equal(device.deviceId);
          const { body: second } = await enterCode(open(running.app.url), next, (await sent(contact)).code);
          expect(second).to.include({ status: 'OK', createdNewRecipeUser: false });
          expect(second.user).to.deep.equal(first.user);
        });

        it('signs a user up and in with the link, wherever it is opened', async () => {
          const contact = newContact();
          await askForCode(open(running.app.url), contact);
          const elsewhere = open(running.app.url);
          const { body: first } = await followLink(elsewhere, (await sent(contact)).link);
          expect(first).to.include({ status: 'OK', createdNewRecipeUser: true });
          expect((await elsewhere.request('GET', '/session')).body.userId).to.equal(first.user.id);
          await askForCode(elsewhere, contact);
          const { body: second } = await followLink(elsewhere, (await sent(contact)).link);
          expect(second).to.include({ status: 'OK', createdNewRecipeUser: false });
          expect(second.user.id).to.equal(first.user.id);
        });
      });
    }

    describe(`with ${name}`, () => {
      it('counts wrong codes, and starts over after five', async () => {
        const contact = newEmail();
        const frontEnd = open(running.app.url);
        const device = await askForCode(frontEnd, contact);
        const { code } = await sent(contact);
        for (const failedCodeInputAttemptCount of [1, 2, 3, 4]) {
          const { body } = await enterCode(frontEnd, device, wrong(code));
          expect(body).to.deep.equal({
            status: 'INCORRECT_USER_INPUT_CODE_ERROR',
            failedCodeInputAttemptCount,
            maximumCodeInputAttempts: 5,
          });
        }
        expect((await enterCode(frontEnd, device, wrong(code))).body).to.deep.equal(RESTART);
        expect((await enterCode(frontEnd, device, code)).body).to.deep.equal(RESTART);
      });

      it('takes the right code after a wrong one', async () => {
        const contact = newPhone();
        const frontEnd = open(running.app.url);
        const device = await askForCode(frontEnd, contact);
        const { code } = await sent(contact);
        expect((await enterCode(frontEnd, device, wrong(code))).body.status).to.equal(
          'INCORRECT_USER_INPUT_CODE_ERROR',
        );
        expect((await enterCode(frontEnd, device, code)).body.status).to.equal('OK');
      });

      it('sends another code to the same device; either one signs in, and then none', async () => {
        const contact = newEmail();
        const frontEnd = open(running.app.url);
        const device = await askForCode(frontEnd, contact);
        const first = await sent(contact);
        expect((await resend(frontEnd, device)).body).to.deep.equal({ status: 'OK' });
        const second = await sent(contact);
        expect(second.link).to.not.equal(first.link);
        expect((await enterCode(frontEnd, device, first.code)).body.status).to.equal('OK');
        expect((await enterCode(frontEnd, device, second.code)).body).to.deep.equal(RESTART);
        expect((await followLink(frontEnd, second.link)).body).to.deep.equal(RESTART);
        expect((await resend(frontEnd, device)).body).to.deep.equal(RESTART);
      });
    });
  }

  it('of a code and a link used at once exactly one signs in', async () => {
    const [method] = TRANSFER_METHODS;
    if (!method) throw new Error('no transfer method');
    const contact = newEmail();
    const device = await askForCode(method.open(running.app.url), contact);
    const { code, link } = await sent(contact);
    const answers = await Promise.all([
      enterCode(method.open(running.app.url), device, code),
      followLink(method.open(running.app.url), link),
    ]);
    expect(answers.map(({ body }) => body.status).sort()).to.deep.equal(['OK', 'RESTART_FLOW_ERROR']);
  });

  it('lists the codes of an email by device, and revokes them', async () => {
    const { app } = running;
    const { email } = newCredentials();
    const made = await app.backend('createCode', 'public', email);
    expect((await app.backend('createNewCode', 'public', made.deviceId)).status).to.equal('OK');
    const devices = await app.backend('codesOf', 'public', email);
    expect(devices).to.have.length(1);
    expect(devices[0]).to.include({ preAuthSessionId: made.preAuthSessionId, failedCodeInputAttemptCount: 0, email });
    expect(devices[0]?.codes).to.have.length(2);
    expect(devices[0]?.codes.map(({ codeId }) => codeId)).to.include(made.codeId);
    expect(await app.backend('revokeCodesOf', 'public', email)).to.deep.equal({ status: 'OK' });
    expect(await app.backend('codesOf', 'public', email)).to.deep.equal([]);
    expect(await app.backend('createNewCode', 'public', made.deviceId)).to.deep.equal(RESTART);
  });
});

describe('an app whose codes expire at once', () => {
  const running = runningApp({ hasPasswordless: true }, { env: { PASSWORDLESS_CODE_LIFETIME: '1' } });

  for (const { name, open } of TRANSFER_METHODS) {
    it(`takes neither the code nor the link any more (${name})`, async () => {
      const contact = newEmail();
      const frontEnd = open(running.app.url);
      const device = await askForCode(frontEnd, contact);
      const message = await running.app.lastMessage('PASSWORDLESS_LOGIN', addressOf(contact));
      const { body } = await enterCode(frontEnd, device, message?.userInputCode ?? '');
      expect(body).to.deep.equal({
        status: 'EXPIRED_USER_INPUT_CODE_ERROR',
        failedCodeInputAttemptCount: 1,
        maximumCodeInputAttempts: 5,
      });
      expect((await followLink(frontEnd, message?.urlWithLinkCode ?? '')).body).to.deep.equal(RESTART);
      expect((await frontEnd.request('GET', '/session/optional')).body).to.deep.equal({ isSignedIn: false });
    });
  }
});
