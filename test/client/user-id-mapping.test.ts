import { expect } from 'chai';
import { newUser, PASSWORD, signIn } from './accounts.js';
import type { App } from './app.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

const OK = { status: 'OK' };
const UNKNOWN_MAPPING = { status: 'UNKNOWN_MAPPING_ERROR' };

interface MappedUser {
  readonly superTokensUserId: string;
  readonly externalUserId: string;
  readonly email: string;
}

let made = 0;

async function unmappedUser(app: App): Promise<MappedUser> {
  made += 1;
  const { id, email } = await newUser(app);
  return { superTokensUserId: id, externalUserId: `legacy-${made}`, email };
}

async function mappedUser(app: App): Promise<MappedUser> {
  const user = await unmappedUser(app);
  const { superTokensUserId, externalUserId } = user;
  expect(await app.backend('mapUserId', { superTokensUserId, externalUserId })).to.deep.equal(OK);
  return user;
}

describe('an app that brings ids of its own for its users', () => {
  const running = runningApp({ hasRoles: true });

  for (const { name, open } of TRANSFER_METHODS) {
    it(`sees them wherever a user shows up (${name})`, async () => {
      const { app } = running;
      const { superTokensUserId, externalUserId, email } = await mappedUser(app);
      const frontEnd = open(app.url);
      const { body } = await signIn(frontEnd, { email, password: PASSWORD });
      expect(body.user.id).to.equal(externalUserId);
      expect(body.user.loginMethods[0].recipeUserId).to.equal(externalUserId);
      const { body: session } = await frontEnd.request('GET', '/session');
      expect(session).to.include({ userId: externalUserId, recipeUserId: externalUserId });
      expect(session.payload.sub).to.equal(externalUserId);
      expect(await app.backend('sessionsOf', externalUserId)).to.deep.equal([session.handle]);
      expect((await frontEnd.refresh()).status).to.equal(200);
      expect((await frontEnd.request('GET', '/session')).body.userId).to.equal(externalUserId);

      for (const id of [externalUserId, superTokensUserId])
        expect((await app.backend('getUser', id))?.id).to.equal(externalUserId);
      const found = await app.backend('usersByEmail', 'public', email);
      expect(found.map((user) => user.id)).to.deep.equal([externalUserId]);
      const { users } = await app.backend('getUsersNewestFirst', { tenantId: 'public', limit: 1 });
      expect(users.map((user) => user.id)).to.deep.equal([externalUserId]);
    });

    it(`sees the user's first id again once the mapping is deleted (${name})`, async () => {
      const { app } = running;
      const { superTokensUserId, externalUserId, email } = await mappedUser(app);
      const input = { userId: externalUserId, userIdType: 'EXTERNAL' } as const;
      expect(await app.backend('unmapUserId', input)).to.deep.equal({ ...OK, didMappingExist: true });
      expect(await app.backend('unmapUserId', input)).to.deep.equal({ ...OK, didMappingExist: false });
      expect(await app.backend('userIdMapping', { userId: superTokensUserId })).to.deep.equal(UNKNOWN_MAPPING);
      const { body } = await signIn(open(app.url), { email, password: PASSWORD });
      expect(body.user.id).to.equal(superTokensUserId);
      expect(await app.backend('getUser', externalUserId)).to.equal(null);
    });
  }

  it('finds a mapping by either id, and changes its info', async () => {
    const { app } = running;
    const { superTokensUserId, externalUserId } = await unmappedUser(app);
    const ids = { superTokensUserId, externalUserId };
    expect(await app.backend('mapUserId', { ...ids, externalUserIdInfo: 'from the old house' })).to.deep.equal(OK);
    const mapping = { ...OK, ...ids, externalUserIdInfo: 'from the old house' };
    const bySuperTokens = { userId: superTokensUserId, userIdType: 'SUPERTOKENS' } as const;
    const byExternal = { userId: externalUserId, userIdType: 'EXTERNAL' } as const;
    expect(await app.backend('userIdMapping', bySuperTokens)).to.deep.equal(mapping);
    expect(await app.backend('userIdMapping', byExternal)).to.deep.equal(mapping);
    expect(await app.backend('userIdMapping', { userId: externalUserId })).to.deep.equal(mapping);
    const swapped = { userId: externalUserId, userIdType: 'SUPERTOKENS' } as const;
    expect(await app.backend('userIdMapping', swapped)).to.deep.equal(UNKNOWN_MAPPING);

    expect(await app.backend('setMappingInfo', { ...byExternal, externalUserIdInfo: 'other' })).to.deep.equal(OK);
    expect(await app.backend('userIdMapping', byExternal)).to.include({ externalUserIdInfo: 'other' });
    expect(await app.backend('setMappingInfo', byExternal)).to.deep.equal(OK);
    expect(await app.backend('userIdMapping', byExternal)).to.deep.equal({ ...OK, ...ids });
    const unknown = { userId: 'nobody', externalUserIdInfo: 'x' };
    expect(await app.backend('setMappingInfo', unknown)).to.deep.equal(UNKNOWN_MAPPING);
  });

  it('maps neither an id twice nor a user that there is not', async () => {
    const { app } = running;
    const first = await mappedUser(app);
    const second = await unmappedUser(app);
    const clash = (doesSuperTokensUserIdExist: boolean, doesExternalUserIdExist: boolean) => ({
      status: 'USER_ID_MAPPING_ALREADY_EXISTS_ERROR',
      doesSuperTokensUserIdExist,
      doesExternalUserIdExist,
    });
    const { superTokensUserId, externalUserId } = first;
    const map = (superTokensId: string, externalId: string) =>
      app.backend('mapUserId', { superTokensUserId: superTokensId, externalUserId: externalId });
    expect(await map(superTokensUserId, externalUserId)).to.deep.equal(clash(true, true));
    expect(await map(superTokensUserId, 'another')).to.deep.equal(clash(true, false));
    expect(await map(second.superTokensUserId, externalUserId)).to.deep.equal(clash(false, true));
    expect(await map('nobody', 'no-one')).to.deep.equal({ status: 'UNKNOWN_SUPERTOKENS_USER_ID_ERROR' });
  });

  it('keeps metadata and roles under the external id; force is needed to part from them', async () => {
    const { app } = running;
    const { externalUserId } = await mappedUser(app);
    await app.backend('putRole', 'reader', []);
    await app.backend('updateMetadata', externalUserId, { plan: 'pro' });
    await app.backend('assignRole', 'public', externalUserId, 'reader');
    expect(await app.backend('usersOfRole', 'public', 'reader')).to.deep.equal({ ...OK, users: [externalUserId] });
    const refused = await app.backend('unmapUserId', { userId: externalUserId }).catch((error: Error) => error.message);
    expect(refused).to.include('status code: 400');
    const forced = await app.backend('unmapUserId', { userId: externalUserId, force: true });
    expect(forced).to.deep.equal({ ...OK, didMappingExist: true });
  });

  it('deletes a user by the external id, with the mapping and everything kept under it', async () => {
    const { app } = running;
    const { superTokensUserId, externalUserId, email } = await mappedUser(app);
    await app.backend('updateMetadata', externalUserId, { plan: 'pro' });
    expect(await app.backend('deleteUser', externalUserId)).to.deep.equal(OK);
    for (const id of [externalUserId, superTokensUserId]) expect(await app.backend('getUser', id)).to.equal(null);
    expect(await app.backend('userIdMapping', { userId: externalUserId })).to.deep.equal(UNKNOWN_MAPPING);
    expect(await app.backend('getMetadata', externalUserId)).to.deep.equal({ ...OK, metadata: {} });
    expect((await app.backend('signUp', 'public', email, PASSWORD)).status).to.equal('OK');
  });
});
