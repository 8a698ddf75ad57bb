import { expect } from 'chai';
import { type ShownSession, signedUp } from './accounts.js';
import type { FrontEnd } from './front-end.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

/** The session that the app sees. Fails if it sees none. */
async function seen(frontEnd: FrontEnd): Promise<ShownSession> {
  const { status, body } = await frontEnd.request('GET', '/session');
  expect(status, JSON.stringify(body)).to.equal(200);
  return body as ShownSession;
}

describe('an app whose front ends refresh their sessions', () => {
  const running = runningApp();

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('gives new tokens for the same session', async () => {
        const frontEnd = open(running.app.url);
        const session = await signedUp(frontEnd);
        const old = frontEnd.tokens();
        const { status, body } = await frontEnd.refresh();
        expect([status, body]).to.deep.equal([200, {}]);
        expect(frontEnd.tokens().refreshToken).to.be.a('string').and.not.equal(old.refreshToken);
        expect(frontEnd.tokens().accessToken).to.be.a('string').and.not.equal(old.accessToken);
        expect(await seen(frontEnd)).to.include({ handle: session.handle, userId: session.userId });
      });

      it('20-session.md 11.1: the first use of refreshed tokens asks Annals once and renews the access token', async () => {
        const frontEnd = open(running.app.url);
        await signedUp(frontEnd);
        await running.app.takeCalls();
        await frontEnd.refresh();
        expect(await running.app.takeCalls()).to.deep.equal(['POST /recipe/session/refresh']);
        const refreshed = frontEnd.tokens();

        const first = await seen(frontEnd);
        expect(await running.app.takeCalls()).to.deep.equal(['POST /recipe/session/verify']);
        expect(first.payload).to.include({ parentRefreshTokenHash1: null });
        expect(frontEnd.tokens().accessToken).to.not.equal(refreshed.accessToken);
        expect(frontEnd.tokens().refreshToken).to.equal(refreshed.refreshToken);

        expect(await seen(frontEnd)).to.deep.equal(first);
        expect(await running.app.takeCalls()).to.deep.equal([]);
      });

      it('refreshes over and over', async () => {
        const frontEnd = open(running.app.url);
        const { handle } = await signedUp(frontEnd);
        for (let round = 0; round < 5; round += 1) {
          expect((await frontEnd.refresh()).status).to.equal(200);
          if (round % 2 === 0) expect((await seen(frontEnd)).handle).to.equal(handle);
        }
      });

      it('20-session.md 12: two parallel refreshes of one token succeed, and the app works with either answer', async () => {
        const one = open(running.app.url);
        const { handle } = await signedUp(one);
        const other = one.copy();
        const answers = await Promise.all([one.refresh(), other.refresh()]);
        expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
        expect(one.tokens().refreshToken).to.not.equal(other.tokens().refreshToken);

        expect((await seen(one)).handle).to.equal(handle);
        expect((await seen(other)).handle).to.equal(handle);
        expect((await one.refresh()).status).to.equal(200);
        expect((await seen(one)).handle).to.equal(handle);
      });

      it('20-session.md 12: two tabs that share their tokens may refresh at once', async () => {
        const tabs = open(running.app.url);
        const { handle } = await signedUp(tabs);
        const answers = await Promise.all([tabs.refresh(), tabs.refresh()]);
        expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
        expect((await seen(tabs)).handle).to.equal(handle);
        expect((await tabs.refresh()).status).to.equal(200);
        expect((await seen(tabs)).handle).to.equal(handle);
      });

      it('two parallel first uses of refreshed tokens both succeed', async () => {
        const one = open(running.app.url);
        const { handle } = await signedUp(one);
        await one.refresh();
        const other = one.copy();
        const sessions = await Promise.all([seen(one), seen(other)]);
        expect(sessions.map((session) => session.handle)).to.deep.equal([handle, handle]);
        expect((await one.refresh()).status).to.equal(200);
      });

      it('refuses a refresh without a token, and one with a token that Annals never made', async () => {
        const stranger = open(running.app.url);
        const without = await stranger.refresh();
        expect([without.status, without.body]).to.deep.equal([401, { message: 'unauthorised' }]);
        const invented = await stranger.refresh({ headers: { authorization: 'Bearer made.up.V2' } });
        expect([invented.status, invented.body]).to.deep.equal([401, { message: 'unauthorised' }]);
        expect(stranger.tokens().refreshToken).to.equal(undefined);
      });

      it('a session outlives a crash of Annals', async () => {
        const frontEnd = open(running.app.url);
        const { handle } = await signedUp(frontEnd);
        await frontEnd.refresh();
        await running.annals.killAndRestart();
        expect((await seen(frontEnd)).handle).to.equal(handle);
        expect((await frontEnd.refresh()).status).to.equal(200);
        expect((await seen(frontEnd)).handle).to.equal(handle);
      });
    });
  }
});

describe('an app whose access tokens expire', () => {
  const VALIDITY_S = 3;
  const running = runningApp(
    {},
    { env: { ACCESS_TOKEN_VALIDITY: String(VALIDITY_S), ACCESS_TOKEN_VALIDITY_JITTER: '0' } },
  );

  for (const { name, open } of TRANSFER_METHODS) {
    it(`with ${name}: asks for a refresh once a token has expired, and goes on after it`, async () => {
      const frontEnd = open(running.app.url);
      const { handle, payload } = await signedUp(frontEnd);
      const expiry = Number(payload.exp) * 1000;
      expect(expiry - Number(payload.iat) * 1000).to.equal(VALIDITY_S * 1000);
      await new Promise((resolve) => setTimeout(resolve, expiry - Date.now() + 10));

      const { status, body } = await frontEnd.request('GET', '/session');
      expect([status, body]).to.deep.equal([401, { message: 'try refresh token' }]);
      expect((await frontEnd.refresh()).status).to.equal(200);
      expect((await seen(frontEnd)).handle).to.equal(handle);
    });
  }
});
