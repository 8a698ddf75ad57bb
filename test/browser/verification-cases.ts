import { expect } from 'chai';
import { mailed, press, see, signedIn, signedInUser } from './steps.js';
import type { World } from './world.js';

export function verificationCases(world: World): void {
  describe('at a page for users whose email is verified', () => {
    it('is sent a link, and gets in once it was followed', async () => {
      const page = await world.newPerson();
      const { id, email } = await signedIn(page, world.app);
      const mail = page.waitForResponse('**/auth/user/email/verify/token');
      await page.goto('/members');
      await see(page, 'Verify your email!');
      await mail;

      await page.goto(await mailed(world.app, 'EMAIL_VERIFICATION', 'emailVerifyLink', email));
      await see(page, 'Email verification successful!');
      await press(page, 'CONTINUE');
      expect(await signedInUser(page)).to.equal(id);
      await page.goto('/members');
      await page.getByRole('heading', { name: 'Members' }).waitFor();
    });
  });
}
