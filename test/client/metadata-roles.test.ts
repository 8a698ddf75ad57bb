import { expect } from 'chai';
import { newCredentials, PASSWORD, signedUp } from './accounts.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

const OK = { status: 'OK' };
const UNKNOWN_ROLE = { status: 'UNKNOWN_ROLE_ERROR' };

describe('an app that keeps metadata of its users', () => {
  const running = runningApp({ hasRoles: true });

  it('shows, merges and clears it', async () => {
    const { app } = running;
    expect(await app.backend('getMetadata', 'ann')).to.deep.equal({ ...OK, metadata: {} });
    const first = { name: { first: 'Ann', last: null }, plan: 'free', tags: [1, null] };
    expect(await app.backend('updateMetadata', 'ann', first)).to.deep.equal({ ...OK, metadata: first });
    const merged = { tags: [1, null], plan: 'pro', name: { first: 'Anna' } };
    const update = { plan: 'pro', name: { first: 'Anna' }, nothing: null };
    expect(await app.backend('updateMetadata', 'ann', update)).to.deep.equal({ ...OK, metadata: merged });
    expect(await app.backend('getMetadata', 'ann')).to.deep.equal({ ...OK, metadata: merged });
    expect(await app.backend('clearMetadata', 'ann')).to.deep.equal(OK);
    expect(await app.backend('getMetadata', 'ann')).to.deep.equal({ ...OK, metadata: {} });
  });

  it('loses it with the user', async () => {
    const { app } = running;
    const made = await app.backend('signUp', 'public', newCredentials().email, PASSWORD);
    if (made.status !== 'OK') throw new Error(`sign-up answered ${made.status}`);
    await app.backend('updateMetadata', made.user.id, { plan: 'pro' });
    await app.backend('deleteUser', made.user.id);
    expect(await app.backend('getMetadata', made.user.id)).to.deep.equal({ ...OK, metadata: {} });
  });
});

describe('an app whose users have roles', () => {
  const running = runningApp({ hasRoles: true });

  it('creates, lists and deletes roles and their permissions', async () => {
    const { app } = running;
    expect(await app.backend('putRole', 'editor', ['read', 'edit'])).to.deep.equal({ ...OK, createdNewRole: true });
    expect(await app.backend('putRole', 'editor', ['comment'])).to.deep.equal({ ...OK, createdNewRole: false });
    const permissions = ['comment', 'edit', 'read'];
    expect(await app.backend('permissionsOfRole', 'editor')).to.deep.equal({ ...OK, permissions });
    expect(await app.backend('takePermissions', 'editor', ['edit'])).to.deep.equal(OK);
    expect(await app.backend('rolesWithPermission', 'read')).to.deep.equal({ ...OK, roles: ['editor'] });
    expect(await app.backend('rolesWithPermission', 'edit')).to.deep.equal({ ...OK, roles: [] });
    expect((await app.backend('allRoles')).roles).to.include('editor');
    expect(await app.backend('deleteRole', 'editor')).to.deep.equal({ ...OK, didRoleExist: true });
    expect(await app.backend('deleteRole', 'editor')).to.deep.equal({ ...OK, didRoleExist: false });
    expect(await app.backend('permissionsOfRole', 'editor')).to.deep.equal(UNKNOWN_ROLE);
    expect(await app.backend('takePermissions', 'editor', ['read'])).to.deep.equal(UNKNOWN_ROLE);
  });

  it('gives roles by tenant', async () => {
    const { app } = running;
    await app.backend('createOrUpdateTenant', 'shop', { firstFactors: ['emailpassword'] });
    for (const role of ['buyer', 'seller']) await app.backend('putRole', role, []);
    for (const role of ['seller', 'buyer'])
      expect(await app.backend('assignRole', 'shop', 'bob', role)).to.deep.equal({
        ...OK,
        didUserAlreadyHaveRole: false,
      });
    expect(await app.backend('assignRole', 'shop', 'bob', 'nobody')).to.deep.equal(UNKNOWN_ROLE);
    expect(await app.backend('rolesOfUser', 'shop', 'bob')).to.deep.equal({ ...OK, roles: ['buyer', 'seller'] });
    expect(await app.backend('rolesOfUser', 'public', 'bob')).to.deep.equal({ ...OK, roles: [] });
    expect(await app.backend('usersOfRole', 'shop', 'seller')).to.deep.equal({ ...OK, users: ['bob'] });
    expect(await app.backend('usersOfRole', 'shop', 'nobody')).to.deep.equal(UNKNOWN_ROLE);
    expect(await app.backend('unassignRole', 'shop', 'bob', 'buyer')).to.deep.equal({ ...OK, didUserHaveRole: true });
    expect(await app.backend('unassignRole', 'shop', 'bob', 'buyer')).to.deep.equal({ ...OK, didUserHaveRole: false });
    expect(await app.backend('unassignRole', 'shop', 'bob', 'nobody')).to.deep.equal(UNKNOWN_ROLE);
    expect(await app.backend('deleteTenant', 'shop')).to.deep.equal({ ...OK, didExist: true });
    await app.backend('createOrUpdateTenant', 'shop', {});
    expect(await app.backend('rolesOfUser', 'shop', 'bob')).to.deep.equal({ ...OK, roles: [] });
  });

  for (const { name, open } of TRANSFER_METHODS) {
    it(`lets in by role and by permission, as soon as they are given (${name})`, async () => {
      const { app } = running;
      await app.backend('putRole', 'admin', ['write', 'read']);
      const frontEnd = open(app.url);
      const { userId } = await signedUp(frontEnd);
      for (const path of ['/admins', '/writers']) expect((await frontEnd.request('GET', path)).status).to.equal(403);
      await app.backend('assignRole', 'public', userId, 'admin');
      expect((await frontEnd.request('GET', '/writers')).status).to.equal(200);
      const { status, body } = await frontEnd.request('GET', '/admins');
      expect(status).to.equal(200);
      expect(body.payload['st-role'].v).to.deep.equal(['admin']);
      expect(body.payload['st-perm'].v).to.deep.equal(['read', 'write']);
      await app.backend('unassignRole', 'public', userId, 'admin');
      for (const path of ['/admins', '/writers']) expect((await frontEnd.request('GET', path)).status).to.equal(403);
    });
  }
});
