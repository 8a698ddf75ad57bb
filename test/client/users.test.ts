import { expect } from 'chai';
import { newCredentials, PASSWORD, signedUp, signIn } from './accounts.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

describe('an app that manages its users', () => {
  const running = runningApp();

  async function newUser(): Promise<{ id: string; email: string }> {
    const { email } = newCredentials();
    const made = await running.app.backend('signUp', 'public', email, PASSWORD);
    if (made.status !== 'OK') throw new Error(`sign-up answered ${made.status}`);
    return { id: made.user.id, email };
  }

  it('finds a user by id and by email', async () => {
    const { id, email } = await newUser();
    const user = await running.app.backend('getUser', id);
    expect(user).to.deep.include({ id, isPrimaryUser: false, emails: [email], tenantIds: ['public'] });
    expect(user?.loginMethods).to.deep.equal([
      { recipeId: 'emailpassword', recipeUserId: id, email, verified: false, tenantIds: ['public'] },
    ]);
    expect(await running.app.backend('usersByEmail', 'public', email)).to.deep.equal([user]);
    expect(await running.app.backend('getUser', 'nobody')).to.equal(null);
    expect(await running.app.backend('usersByEmail', 'public', 'nobody@example.org')).to.deep.equal([]);
  });

  it('counts users, and pages through them both ways', async () => {
    const before = await running.app.backend('getUserCount');
    const made = [await newUser(), await newUser(), await newUser()].map(({ id }) => id);
    expect(await running.app.backend('getUserCount')).to.equal(before + 3);
    expect(await running.app.backend('getUserCount', ['emailpassword'], 'public')).to.equal(before + 3);
    expect(await running.app.backend('getUserCount', ['passwordless'])).to.equal(0);

    const first = await running.app.backend('getUsersNewestFirst', { tenantId: 'public', limit: 2 });
    expect(first.users.map(({ id }) => id)).to.deep.equal([made[2], made[1]]);
    const paginationToken = first.nextPaginationToken;
    if (paginationToken === undefined) throw new Error('there is no next page');
    const next = await running.app.backend('getUsersNewestFirst', { tenantId: 'public', limit: 2, paginationToken });
    expect(next.users[0]?.id).to.equal(made[0]);

    const all = await running.app.backend('getUsersOldestFirst', { tenantId: 'public' });
    expect(all.users.slice(-3).map(({ id }) => id)).to.deep.equal(made);
    expect(all).to.not.have.property('nextPaginationToken');
  });

  it('finds users by a part of their email', async () => {
    const { id, email } = await newUser();
    const query = { email: email.slice(0, email.indexOf('@')) };
    const page = await running.app.backend('getUsersNewestFirst', { tenantId: 'public', query });
    expect(page.users.map((user) => user.id)).to.include(id);
    const other = await running.app.backend('getUsersNewestFirst', { tenantId: 'public', query: { email: 'zzz' } });
    expect(other.users).to.deep.equal([]);
  });

  it('changes an email', async () => {
    const { id, email } = await newUser();
    const changed = `changed-${email}`;
    expect(await running.app.backend('updateUser', id, { email: changed })).to.deep.equal({ status: 'OK' });
    expect((await running.app.backend('getUser', id))?.emails).to.deep.equal([changed]);
    expect((await running.app.backend('signIn', 'public', email, PASSWORD)).status).to.equal('WRONG_CREDENTIALS_ERROR');
    expect((await running.app.backend('signIn', 'public', changed, PASSWORD)).status).to.equal('OK');
  });

  it('does not give one user the email of another', async () => {
    const [one, other] = [await newUser(), await newUser()];
    const { status } = await running.app.backend('updateUser', one.id, { email: other.email });
    expect(status).to.equal('EMAIL_ALREADY_EXISTS_ERROR');
    expect((await running.app.backend('getUser', one.id))?.emails).to.deep.equal([one.email]);
  });

  it('changes a password, by the policy of the app', async () => {
    const { id, email } = await newUser();
    const password = 'another-horse-2';
    expect((await running.app.backend('updateUser', id, { password: 'short' })).status).to.equal(
      'PASSWORD_POLICY_VIOLATED_ERROR',
    );
    expect(await running.app.backend('updateUser', id, { password })).to.deep.equal({ status: 'OK' });
    expect((await running.app.backend('signIn', 'public', email, PASSWORD)).status).to.equal('WRONG_CREDENTIALS_ERROR');
    expect((await running.app.backend('signIn', 'public', email, password)).status).to.equal('OK');
    expect((await running.app.backend('updateUser', 'nobody', { password })).status).to.equal('UNKNOWN_USER_ID_ERROR');
  });

  for (const { name, open } of TRANSFER_METHODS) {
    it(`deletes a user with all of their sessions (${name})`, async () => {
      const credentials = newCredentials();
      const [laptop, phone] = [open(running.app.url), open(running.app.url)];
      const { userId } = await signedUp(laptop, credentials);
      await signIn(phone, credentials);
      const count = await running.app.backend('getUserCount');
      expect(await running.app.backend('deleteUser', userId)).to.deep.equal({ status: 'OK' });

      expect(await running.app.backend('getUser', userId)).to.equal(null);
      expect(await running.app.backend('getUserCount')).to.equal(count - 1);
      expect(await running.app.backend('sessionsOf', userId)).to.deep.equal([]);
      expect((await laptop.request('GET', '/session/checked')).status).to.equal(401);
      expect((await phone.refresh()).status).to.equal(401);
      expect((await signIn(open(running.app.url), credentials)).body.status).to.equal('WRONG_CREDENTIALS_ERROR');
    });

    it(`an email is free again once its user is deleted (${name})`, async () => {
      const credentials = newCredentials();
      const { userId } = await signedUp(open(running.app.url), credentials);
      await running.app.backend('deleteUser', userId);
      const successor = await signedUp(open(running.app.url), credentials);
      expect(successor.userId).to.not.equal(userId);
    });
  }

  it('deleting a user who does not exist is fine', async () => {
    expect(await running.app.backend('deleteUser', 'nobody')).to.deep.equal({ status: 'OK' });
  });
});
