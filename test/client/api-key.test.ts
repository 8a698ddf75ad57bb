import { expect } from 'chai';
import { newCredentials, PASSWORD, signedUp, signIn } from './accounts.js';
import { startApp } from './app.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

const KEY = 'a-key-of-more-than-twenty-characters';
const OLD_KEY = 'an-older-key-that-is-still-accepted';

describe('an app whose Annals asks for an API key', () => {
  const running = runningApp({ apiKey: KEY }, { env: { API_KEYS: `${OLD_KEY},${KEY}` } });

  for (const { name, open } of TRANSFER_METHODS) {
    it(`signs up, in and out, refreshes and checks with the key (${name})`, async () => {
      const frontEnd = open(running.app.url);
      const credentials = newCredentials();
      const { handle, userId } = await signedUp(frontEnd, credentials);
      expect((await frontEnd.refresh()).status).to.equal(200);
      const { body } = await frontEnd.request('GET', '/session/checked');
      expect(body).to.include({ handle, userId });
      expect((await frontEnd.request('POST', '/auth/signout')).body).to.deep.equal({ status: 'OK' });
      expect((await signIn(frontEnd, credentials)).body.status).to.equal('OK');
    });
  }

  it('takes every one of the keys', async () => {
    const app = await startApp({ connectionUri: running.annals.url, apiKey: OLD_KEY });
    try {
      expect((await app.backend('signUp', 'public', newCredentials().email, PASSWORD)).status).to.equal('OK');
    } finally {
      await app.stop();
    }
  });

  for (const [what, key] of [
    ['no key', {}],
    ['a wrong key', { apiKey: `${KEY}x` }],
  ] as const) {
    it(`answers nothing to an app with ${what}`, async () => {
      const app = await startApp({ connectionUri: running.annals.url, ...key });
      try {
        const error = await app.backend('getUserCount').then(
          () => undefined,
          (caught: unknown) => caught,
        );
        expect(error).to.be.instanceOf(Error).with.property('message').that.includes('status code: 401');
        expect(error).to.have.property('message').that.includes('Invalid API key');
      } finally {
        await app.stop();
      }
    });
  }
});
