import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { newCredentials } from '../client/accounts.js';
import { PROVIDER_ID } from '../client/oauth-client.js';
import { press, signedInUser } from './steps.js';
import type { World } from './world.js';

/** Goes to the provider, and says there who they are. */
async function enterByProvider(page: Page, email: string): Promise<void> {
  await page.goto('/auth');
  await press(page, 'Continue with House');
  await page.getByLabel('Your email').fill(email);
  await press(page, 'Allow');
}

export function providerCases(world: World): void {
  describe('with an account elsewhere', () => {
    it('signs up by consenting there, in again from another browser, and has a verified email', async () => {
      const { email } = newCredentials();
      const page = await world.newPerson();
      await enterByProvider(page, email);
      const userId = await signedInUser(page);
      const user = await world.app.backend('getUser', userId);
      expect(user?.thirdParty).to.deep.equal([{ id: PROVIDER_ID, userId: email }]);

      const other = await world.newPerson();
      await enterByProvider(other, email);
      expect(await signedInUser(other)).to.equal(userId);
      await other.goto('/members');
      await other.getByRole('heading', { name: 'Members' }).waitFor();
    });
  });
}
