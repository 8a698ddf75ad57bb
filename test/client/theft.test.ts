import { expect } from 'chai';
import { signedUp } from './accounts.js';
import type { AppAnswer } from './front-end.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

const said = ({ status, body }: AppAnswer) => [status, body.message];

describe('an app whose refresh token is stolen (20-session.md 8.3)', () => {
  const running = runningApp();

  for (const { name, open } of TRANSFER_METHODS) {
    describe(`with ${name}`, () => {
      it('a token that was refreshed and whose child was used is theft: 401, and the session ends for both', async () => {
        const victim = open(running.app.url);
        const { handle } = await signedUp(victim);
        const thief = victim.copy();
        await victim.refresh();
        await victim.request('GET', '/session');
        await running.app.takeCalls();

        expect(said(await thief.refresh())).to.deep.equal([401, 'token theft detected']);
        expect(await running.app.takeCalls()).to.deep.equal([
          'POST /recipe/session/refresh',
          'POST /recipe/session/remove',
        ]);
        expect(thief.tokens()).to.include({ accessToken: undefined, refreshToken: undefined });
        expect(await running.app.backend('getSessionInformation', handle)).to.equal(null);
        expect(said(await victim.request('GET', '/session/checked'))).to.deep.equal([401, 'unauthorised']);
        expect(said(await victim.refresh())).to.deep.equal([401, 'unauthorised']);
      });

      it('a thief who was first loses the session as soon as the victim refreshes', async () => {
        const victim = open(running.app.url);
        const { handle } = await signedUp(victim);
        const thief = victim.copy();
        await thief.refresh();
        await thief.refresh();
        expect(said(await victim.refresh())).to.deep.equal([401, 'token theft detected']);
        expect(await running.app.backend('getSessionInformation', handle)).to.equal(null);
        expect(said(await thief.refresh())).to.deep.equal([401, 'unauthorised']);
      });

      it('the losing branch of a race is theft once the other was used', async () => {
        const winner = open(running.app.url);
        await signedUp(winner);
        const loser = winner.copy();
        await Promise.all([winner.refresh(), loser.refresh()]);
        expect((await winner.request('GET', '/session')).status).to.equal(200);
        expect(said(await loser.refresh())).to.deep.equal([401, 'token theft detected']);
      });

      it('a retry of a refresh whose answer was lost is no theft', async () => {
        const frontEnd = open(running.app.url);
        const { handle } = await signedUp(frontEnd);
        const beforeTheLoss = frontEnd.copy();
        await frontEnd.refresh();
        expect((await beforeTheLoss.refresh()).status).to.equal(200);
        expect((await beforeTheLoss.request('GET', '/session')).body.handle).to.equal(handle);
      });
    });
  }
});
