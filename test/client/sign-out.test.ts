import { expect } from 'chai';
import { newCredentials, signedUp, signIn } from './accounts.js';
import type { AppAnswer, FrontEnd } from './front-end.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

const UNAUTHORISED = [401, { message: 'unauthorised' }];
const said = ({ status, body }: AppAnswer) => [status, body];

/** The session is refused wherever Annals is asked about it. */
async function expectEnded(frontEnd: FrontEnd): Promise<void> {
  expect(said(await frontEnd.request('GET', '/session/checked'))).to.deep.equal(UNAUTHORISED);
}

async function expectAlive(frontEnd: FrontEnd): Promise<void> {
  expect((await frontEnd.request('GET', '/session/checked')).status).to.equal(200);
}

describe('an app that ends sessions', () => {
  const running = runningApp();

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('signs a user out: the tokens are taken back, and a copy of them is worth nothing', async () => {
        const frontEnd = open(running.app.url);
        const { handle } = await signedUp(frontEnd);
        const copy = frontEnd.copy();
        const { status, body } = await frontEnd.request('POST', '/auth/signout');
        expect([status, body]).to.deep.equal([200, { status: 'OK' }]);
        expect(frontEnd.tokens()).to.include({ accessToken: undefined, refreshToken: undefined });
        expect(said(await frontEnd.request('GET', '/session'))).to.deep.equal(UNAUTHORISED);
        expect(said(await copy.refresh())).to.deep.equal(UNAUTHORISED);
        expect(await running.app.backend('getSessionInformation', handle)).to.equal(null);
      });

      it('an access token of an ended session passes only where the database is not checked', async () => {
        const frontEnd = open(running.app.url);
        await signedUp(frontEnd);
        const copy = frontEnd.copy();
        await frontEnd.request('POST', '/auth/signout');
        expect((await copy.request('GET', '/session')).status).to.equal(200);
        await expectEnded(copy);
      });

      it('sign-out ends one session of a user and leaves the others', async () => {
        const credentials = newCredentials();
        const laptop = open(running.app.url);
        const phone = open(running.app.url);
        await signedUp(laptop, credentials);
        await signIn(phone, credentials);
        await laptop.request('POST', '/auth/signout');
        await expectAlive(phone);
        expect((await phone.refresh()).status).to.equal(200);
      });

      it('revokes all sessions of a user, and nobody else’s', async () => {
        const credentials = newCredentials();
        const laptop = open(running.app.url);
        const phone = open(running.app.url);
        const stranger = open(running.app.url);
        await signedUp(laptop, credentials);
        await signIn(phone, credentials);
        await signedUp(stranger);
        const { body: all } = await laptop.request('GET', '/session/all');
        expect(all.handles).to.have.lengthOf(2);
        const { body } = await laptop.request('POST', '/session/revoke-all');
        expect(body.revoked).to.have.members(all.handles);
        await expectEnded(laptop);
        expect(said(await phone.refresh())).to.deep.equal(UNAUTHORISED);
        await expectAlive(stranger);
      });

      it('a refresh that was in flight does not bring a revoked session back', async () => {
        const frontEnd = open(running.app.url);
        const { handle, userId } = await signedUp(frontEnd);
        const [refreshed] = await Promise.all([frontEnd.refresh(), running.app.backend('revokeSession', handle)]);
        expect(refreshed.status).to.be.oneOf([200, 401]);
        expect(await running.app.backend('sessionsOf', userId)).to.deep.equal([]);
        expect((await frontEnd.refresh()).status).to.equal(401);
      });
    });
  }

  it('lists and revokes sessions from the app’s own code', async () => {
    const credentials = newCredentials();
    const frontEnds = TRANSFER_METHODS.flatMap(({ open }) => [open(running.app.url), open(running.app.url)]);
    const [first, ...others] = frontEnds;
    if (!first) throw new Error('no front ends');
    const { userId } = await signedUp(first, credentials);
    for (const other of others) await signIn(other, credentials);
    const handles = await running.app.backend('sessionsOf', userId);
    expect(handles).to.have.lengthOf(4);
    const [one = '', two = '', ...rest] = handles;

    expect(await running.app.backend('revokeSession', one)).to.equal(true);
    expect(await running.app.backend('revokeSession', one)).to.equal(false);
    expect(await running.app.backend('revokeSessions', [one, two, 'nobody'])).to.deep.equal([two]);
    expect(await running.app.backend('sessionsOf', userId)).to.have.members(rest);
    expect(await running.app.backend('revokeAllOf', userId)).to.have.members(rest);
    expect(await running.app.backend('sessionsOf', userId)).to.deep.equal([]);
  });
});
