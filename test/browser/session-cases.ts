import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { PASSWORD } from '../client/accounts.js';
import { press, signedIn, signedInUser, signedOut, signIn, whoAmI } from './steps.js';
import type { World } from './world.js';

const REFRESH = 'POST /appid-shop/recipe/session/refresh';

async function accessToken(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  const found = cookies.find(({ name }) => name === 'sAccessToken');
  if (!found) throw new Error('the browser has no access token');
  return found.value;
}

/** The moment a token expires, in milliseconds (RFC 7519, 4.1.4). */
function expiryOf(token: string): number {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).exp * 1000;
}

/** Has the page refresh its session; answers the status. */
async function renew(page: Page): Promise<number> {
  const answer = page.waitForResponse('**/auth/session/refresh');
  await press(page, 'Renew my session');
  return (await answer).status();
}

export function sessionCases(world: World): void {
  describe('with a session', () => {
    /** Gives a browser, behind the back of its pages, an access token that has expired. Those after it live long. */
    async function expiredToken(page: Page): Promise<string> {
      await world.withAccessTokensOf(1, async () => {
        const answer = await page.context().request.post(`${world.app.url}/auth/session/refresh`);
        expect(answer.status()).to.equal(200);
      });
      const token = await accessToken(page);
      await sleep(Math.max(0, expiryOf(token) - Date.now()) + 10);
      await world.app.takeCalls();
      return token;
    }

    it('goes on after the access token has expired, in two tabs at once: one refresh, the same session', async () => {
      const page = await world.newPerson();
      await signedIn(page, world.app);
      const { handle, userId } = await whoAmI(page);
      const tab = await page.context().newPage();
      await tab.goto('/');
      expect(await signedInUser(tab)).to.equal(userId);

      const expired = await expiredToken(page);
      for (const seen of await Promise.all([page, tab].map(whoAmI))) expect(seen).to.include({ handle, userId });
      const calls = await world.app.takeCalls();
      expect(calls.filter((call) => call === REFRESH)).to.have.length(1);
      expect(await accessToken(page)).to.not.equal(expired);
    });

    it('signs out everywhere, and another device has to sign in again', async () => {
      const page = await world.newPerson();
      const { email } = await signedIn(page, world.app);
      const device = await world.newPerson();
      await signIn(device, { email, password: PASSWORD });
      await signedInUser(device);

      await press(page, 'Sign out everywhere');
      await page.locator('output').waitFor();
      expect(await renew(device)).to.equal(401);
      await signedOut(device);
    });

    it('loses it, and so does the thief, who comes too late with a stolen refresh token', async () => {
      const page = await world.newPerson();
      const { id } = await signedIn(page, world.app);
      const thief = await world.newPerson(await page.context().cookies());
      await thief.goto('/');
      expect(await signedInUser(thief)).to.equal(id);

      expect(await renew(page)).to.equal(200);
      await whoAmI(page);
      expect(await renew(thief)).to.equal(401);
      await signedOut(thief);
      expect(await world.app.backend('sessionsOf', id)).to.deep.equal([]);
      expect(await renew(page)).to.equal(401);
      await signedOut(page);
    });
  });
}
