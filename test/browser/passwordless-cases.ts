import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { newCredentials } from '../client/accounts.js';
import { fill, mailed, press, see, signedInUser } from './steps.js';
import type { World } from './world.js';

/** Asks for a mail with a code and a link. */
async function askForCode(page: Page, email: string): Promise<void> {
  await page.goto('/auth?show=signup');
  await press(page, 'CONTINUE WITH PASSWORDLESS');
  await fill(page, { email });
  await press(page, 'CONTINUE');
  await see(page, 'Enter OTP');
}

async function enterCode(page: Page, userInputCode: string): Promise<void> {
  await fill(page, { userInputCode });
  await press(page, 'CONTINUE');
}

export function passwordlessCases(world: World): void {
  describe('without a password', () => {
    const mailedCode = (email: string) => mailed(world.app, 'PASSWORDLESS_LOGIN', 'userInputCode', email);
    const mailedLink = (email: string) => mailed(world.app, 'PASSWORDLESS_LOGIN', 'urlWithLinkCode', email);

    async function expectUser(page: Page, email: string): Promise<void> {
      const id = await signedInUser(page);
      const users = await world.app.backend('usersByEmail', 'public', email);
      expect(users.map((user) => user.id)).to.deep.equal([id]);
    }

    it('signs in with the mailed code, after a wrong one', async () => {
      const { email } = newCredentials();
      const page = await world.newPerson();
      await askForCode(page, email);
      const code = await mailedCode(email);
      await enterCode(page, code === '000000' ? '000001' : '000000');
      await see(page, 'Invalid OTP');
      await enterCode(page, code);
      await expectUser(page, email);
    });

    it('signs in with the mailed link', async () => {
      const { email } = newCredentials();
      const page = await world.newPerson();
      await askForCode(page, email);
      await page.goto(await mailedLink(email));
      await expectUser(page, email);
    });

    it('signs in with the mailed link on another device, which asks first', async () => {
      const { email } = newCredentials();
      await askForCode(await world.newPerson(), email);
      const other = await world.newPerson();
      await other.goto(await mailedLink(email));
      await see(other, 'Click the button below to log in on this device');
      await press(other, 'CONTINUE');
      await expectUser(other, email);
    });
  });
}
