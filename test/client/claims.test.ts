import { expect } from 'chai';
import { signedUp } from './accounts.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

describe('an app that keeps claims and data in its sessions', () => {
  const running = runningApp();

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('puts claims into the access token at once, and keeps them over a refresh', async () => {
        const frontEnd = open(running.app.url);
        const { payload: first } = await signedUp(frontEnd);
        expect(first).to.include({ iss: `${running.app.url}/auth` });
        const claims = { role: 'admin', nested: { list: [1, 'two', null, { three: 3.5 }] } };
        const { status, body } = await frontEnd.request('PUT', '/session/claims', { body: claims });
        expect(status).to.equal(200);
        expect(body.payload).to.deep.include({ ...claims, iss: first.iss, sub: first.sub });

        await running.app.takeCalls();
        const { body: next } = await frontEnd.request('GET', '/session');
        expect(next.payload).to.deep.include(claims);
        expect(await running.app.takeCalls()).to.deep.equal([]);
        await frontEnd.refresh();
        const { body: refreshed } = await frontEnd.request('GET', '/session');
        expect(refreshed.payload).to.deep.include({ ...claims, iss: first.iss });
      });

      it('merges claims, and removes those that are set to null', async () => {
        const frontEnd = open(running.app.url);
        await signedUp(frontEnd);
        await frontEnd.request('PUT', '/session/claims', { body: { a: 1, b: 2 } });
        await frontEnd.request('PUT', '/session/claims', { body: { b: null, c: 3 } });
        const { body } = await frontEnd.request('GET', '/session');
        expect(body.payload).to.include({ a: 1, c: 3 });
        expect(body.payload).to.not.have.property('b');
      });

      it('claims set from outside arrive at the next check of the database, or at the next refresh', async () => {
        const checking = open(running.app.url);
        const { handle } = await signedUp(checking);
        const refreshing = checking.copy();
        expect(await running.app.backend('mergeClaims', handle, { plan: 'pro' })).to.equal(true);
        expect((await checking.request('GET', '/session')).body.payload).to.not.have.property('plan');
        expect((await checking.request('GET', '/session/checked')).body.payload).to.include({ plan: 'pro' });
        expect((await checking.request('GET', '/session')).body.payload).to.include({ plan: 'pro' });

        expect((await refreshing.request('GET', '/session')).body.payload).to.not.have.property('plan');
        await refreshing.refresh();
        expect((await refreshing.request('GET', '/session')).body.payload).to.include({ plan: 'pro' });
      });

      it('20-session.md 12: claims set during a refresh are not lost, and neither fails', async () => {
        const frontEnd = open(running.app.url);
        const { handle } = await signedUp(frontEnd);
        const [refreshed, isSet] = await Promise.all([
          frontEnd.refresh(),
          running.app.backend('mergeClaims', handle, { plan: 'pro' }),
        ]);
        expect([refreshed.status, isSet]).to.deep.equal([200, true]);
        expect((await frontEnd.request('GET', '/session')).status).to.equal(200);
        await frontEnd.refresh();
        expect((await frontEnd.request('GET', '/session')).body.payload).to.include({ plan: 'pro' });
      });

      it('refuses a protected claim, and the session goes on as it was', async () => {
        const frontEnd = open(running.app.url);
        const { userId } = await signedUp(frontEnd);
        const { status, body } = await frontEnd.request('PUT', '/session/claims', { body: { sub: 'somebody' } });
        expect(status).to.equal(500);
        expect(body.failure).to.include('The user payload contains protected field');
        expect((await frontEnd.request('GET', '/session/checked')).body.userId).to.equal(userId);
      });

      it('keeps data in the database, out of the token', async () => {
        const frontEnd = open(running.app.url);
        const { handle } = await signedUp(frontEnd);
        expect((await frontEnd.request('GET', '/session/data')).body).to.deep.equal({});
        const data = { basket: [{ id: 1, note: null }], total: 1.5 };
        expect((await frontEnd.request('PUT', '/session/data', { body: data })).status).to.equal(200);
        expect((await frontEnd.request('GET', '/session/data')).body).to.deep.equal(data);
        expect((await frontEnd.request('GET', '/session')).body.payload).to.not.have.property('basket');
        const found = await running.app.backend('getSessionInformation', handle);
        expect(found?.sessionDataInDatabase).to.deep.equal(data);
      });

      it('a session that has ended takes neither claims nor data', async () => {
        const frontEnd = open(running.app.url);
        const { handle } = await signedUp(frontEnd);
        await running.app.backend('revokeSession', handle);
        expect(await running.app.backend('mergeClaims', handle, { a: 1 })).to.equal(false);
        expect(await running.app.backend('updateSessionData', handle, { a: 1 })).to.equal(false);
        const copy = frontEnd.copy();
        expect((await frontEnd.request('PUT', '/session/claims', { body: { a: 1 } })).status).to.equal(401);
        expect((await copy.request('PUT', '/session/data', { body: { a: 1 } })).status).to.equal(401);
      });
    });
  }

  it('shows all there is to know of a session', async () => {
    const [method] = TRANSFER_METHODS;
    if (!method) throw new Error('no transfer method');
    const frontEnd = method.open(running.app.url);
    const { handle, userId, payload } = await signedUp(frontEnd);
    const found = await running.app.backend('getSessionInformation', handle);
    if (!found) throw new Error('the session is not found');
    expect(found).to.have.all.keys(
      ...['sessionHandle', 'userId', 'recipeUserId', 'tenantId', 'timeCreated', 'expiry'],
      ...['sessionDataInDatabase', 'customClaimsInAccessTokenPayload'],
    );
    expect(found).to.include({ sessionHandle: handle, userId, recipeUserId: userId, tenantId: 'public' });
    expect(found.customClaimsInAccessTokenPayload).to.deep.equal({ iss: payload.iss });
    expect(found.expiry - found.timeCreated).to.equal(100 * 24 * 3600 * 1000);
  });
});
