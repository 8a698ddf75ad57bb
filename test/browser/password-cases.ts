import { expect } from 'chai';
import { newCredentials, newUser, PASSWORD } from '../client/accounts.js';
import { fill, mailed, press, see, signedIn, signedInUser, signedOut, signIn, signUp, whoAmI } from './steps.js';
import type { World } from './world.js';

const NEW_PASSWORD = 'another-horse-2';
const WRONG = 'Incorrect email and password combination';

export function passwordCases(world: World): void {
  describe('with email and password', () => {
    it('is asked to sign in, signs up, and is signed in', async () => {
      const { email, password } = newCredentials();
      const page = await world.newPerson();
      await page.goto('/');
      await page.getByText('Sign Up', { exact: true }).click();
      await fill(page, { email, password });
      await press(page, 'SIGN UP');

      const id = await signedInUser(page);
      expect((await whoAmI(page)).userId).to.equal(id);
      const [user, ...others] = await world.app.backend('usersByEmail', 'public', email);
      expect(others).to.deep.equal([]);
      expect(user).to.deep.include({ id, emails: [email] });
    });

    it('cannot sign up with an email that has an account', async () => {
      const { email } = await newUser(world.app);
      const page = await world.newPerson();
      await signUp(page, { ...newCredentials(), email });
      await see(page, 'This email already exists. Please sign in instead.');
    });

    it('signs in and out, and the session is no more', async () => {
      const page = await world.newPerson();
      const { id } = await signedIn(page, world.app);
      expect(await signedInUser(page)).to.equal(id);
      expect(await world.app.backend('sessionsOf', id)).to.have.length(1);

      await press(page, 'Sign out');
      await signedOut(page);
      expect(await world.app.backend('sessionsOf', id)).to.deep.equal([]);
      await page.goto('/');
      await signedOut(page);
    });

    it('is told that the password is wrong', async () => {
      const { email } = await newUser(world.app);
      const page = await world.newPerson();
      await signIn(page, { email, password: 'a-wrong-horse-3' });
      await see(page, WRONG);
    });

    it('sets a new password by the mailed link, and the old one is refused', async () => {
      const { id, email } = await newUser(world.app);
      const page = await world.newPerson();
      await page.goto('/auth/reset-password');
      await fill(page, { email });
      await press(page, 'Email me');
      await page.getByText('A password reset email has been sent to').waitFor();

      await page.goto(await mailed(world.app, 'PASSWORD_RESET', 'passwordResetLink', email));
      await fill(page, { password: NEW_PASSWORD, 'confirm-password': NEW_PASSWORD });
      await press(page, 'CHANGE PASSWORD');
      await see(page, 'Your password has been updated successfully');

      await signIn(page, { email, password: PASSWORD });
      await see(page, WRONG);
      await fill(page, { password: NEW_PASSWORD });
      await press(page, 'CONTINUE');
      expect(await signedInUser(page)).to.equal(id);
    });
  });
}
