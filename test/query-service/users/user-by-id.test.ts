import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStores, type Stores } from '../../../cli/service/stores.js';
import { emailVerificationStream } from '../../../domain/emailverification/email-verification.js';
import { EmailVerified } from '../../../domain/emailverification/events.js';
import { BaseApp } from '../../../domain/tenancy/app.js';
import { TenantCreated } from '../../../domain/tenancy/events.js';
import { OPEN_FACTORS } from '../../../domain/tenancy/factors.js';
import { BASE_TENANT } from '../../../domain/tenancy/ids.js';
import { EmailPasswordUserSignedUp, UserAssociatedWithTenant } from '../../../domain/user/events.js';
import { userStream, userSubject } from '../../../domain/user/user.js';
import { ExternalUserIdTaken, UserIdMapped } from '../../../domain/useridmapping/events.js';
import { externalUserIdStream, userIdMappingStream } from '../../../domain/useridmapping/user-id-mapping.js';
import { annalsSettings } from '../../../infra/config/annals-settings.js';
import type { NewEvent } from '../../../infra/ports/event-store.js';
import { isEmailVerified } from '../../../query-service/emailverification/is-email-verified.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { userIdMapping } from '../../../query-service/useridmapping/user-id-mapping.js';
import { userById } from '../../../query-service/users/user-by-id.js';

const APP = 'public';
const USER_ID = '6e7a3f52-1c0b-4d0f-9a51-0b7c6d5e4f3a';
const EMAIL = 'ann@example.org';
const T0 = 1_700_000_000_000;

/** The base app, whose tenant t1 was removed and made again. */
const app = BaseApp.evolve(
  BaseApp.initial,
  TenantCreated({
    ...{ ...BASE_TENANT, appKey: APP, tenantId: 't1', tenantKey: 't1~2', incarnation: 2, at: T0 },
    ...{ ...OPEN_FACTORS, firstFactors: null, requiredSecondaryFactors: null },
  }),
);

const MAPPED_ID = '7f8b4e63-2d1c-4e1f-8b62-1c8d7e6f5a4b';
const EXTERNAL_ID = 'ext';

/** What makes a user with an external id, under which the email is verified. */
function mapped(): NewEvent[] {
  const user = { app: APP, userId: MAPPED_ID, at: T0 };
  const subject = userSubject(APP, MAPPED_ID);
  const email = 'mapped@example.org';
  const signedUp = { ...user, tenant: 'public', email, passwordHash: 'h', cause: 'signup' } as const;
  const verified = { ...user, userId: EXTERNAL_ID, email, keyName: 'key-1', cause: 'token' } as const;
  return [
    { stream: userStream(APP, MAPPED_ID), event: EmailPasswordUserSignedUp(signedUp), subject },
    {
      stream: userIdMappingStream(APP, MAPPED_ID),
      event: UserIdMapped({ ...user, externalUserId: EXTERNAL_ID, info: 'note', forced: false }),
      subject,
    },
    { stream: externalUserIdStream(APP, EXTERNAL_ID), event: ExternalUserIdTaken(user), subject },
    {
      stream: emailVerificationStream(APP, EXTERNAL_ID),
      event: EmailVerified(verified),
      subject: userSubject(APP, 'key-1'),
    },
  ];
}

describe('a user by id while the directory is behind', () => {
  let dataDir: string;
  let stores: Stores;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'annals-behind-'));
    const settings = annalsSettings({ ANNALS_DATA_DIR: dataDir });
    if (settings.status !== 'OK') throw new Error(settings.message);
    stores = await openStores(settings.settings, Date.now);
    const user = { app: APP, userId: USER_ID, at: T0 };
    const stream = userStream(APP, USER_ID);
    const subject = userSubject(APP, USER_ID);
    const events = [
      EmailPasswordUserSignedUp({ ...user, tenant: 'public', email: EMAIL, passwordHash: 'h', cause: 'signup' }),
      UserAssociatedWithTenant({ ...user, tenant: 't1' }),
      UserAssociatedWithTenant({ ...user, tenant: 't1~2' }),
    ];
    const mark = {
      stream: emailVerificationStream(APP, USER_ID),
      event: EmailVerified({ ...user, keyName: USER_ID, email: EMAIL, cause: 'fake' }),
      subject,
    };
    await stores.store.append(
      await stores.store.encode([...events.map((event) => ({ stream, event, subject })), mark, ...mapped()], {}),
      [],
    );
  });

  after(async () => {
    await stores.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const deps = (isBehind: boolean) =>
    ({
      directory: stores.directory.reader as unknown as QueryDeps['directory'],
      store: stores.store,
      registry: { appByKey: () => ({ ...BASE_TENANT, state: app }) },
      progress: { isBehind: (view: string) => isBehind && view === 'directory' },
    }) as unknown as QueryDeps;
  const ask = (isBehind: boolean, userId = USER_ID) => userById.answer(deps(isBehind), { appKey: APP, userId });

  it('is answered from its own streams, as the directory will show it', async () => {
    expect(await ask(true)).to.deep.equal({
      id: USER_ID,
      superTokensUserId: USER_ID,
      isPrimaryUser: false,
      loginMethods: [
        {
          recipeUserId: USER_ID,
          superTokensUserId: USER_ID,
          recipeId: 'emailpassword',
          tenantIds: ['public', 't1'],
          verified: true,
          timeJoined: T0,
          email: EMAIL,
        },
      ],
    });
  });

  it('goes by the external id, and is found by either', async () => {
    const user = await ask(true, EXTERNAL_ID);
    expect(user).to.include({ id: EXTERNAL_ID, superTokensUserId: MAPPED_ID });
    expect(user?.loginMethods[0]).to.include({ recipeUserId: EXTERNAL_ID, verified: true });
    expect(await ask(true, MAPPED_ID)).to.deep.equal(user);
  });

  it('has its mapping and verified emails answered from the streams too', async () => {
    const mapping = { superTokensUserId: MAPPED_ID, externalUserId: EXTERNAL_ID, info: 'note' };
    const mappingOf = (isBehind: boolean, userId: string) =>
      userIdMapping.answer(deps(isBehind), { appKey: APP, userId, userIdType: 'ANY' });
    for (const userId of [MAPPED_ID, EXTERNAL_ID]) expect(await mappingOf(true, userId)).to.deep.equal(mapping);
    expect(await mappingOf(true, USER_ID)).to.equal(null);
    expect(await mappingOf(false, MAPPED_ID)).to.equal(null);
    const mark = { appKey: APP, userId: EXTERNAL_ID, email: 'mapped@example.org' };
    expect(await isEmailVerified.answer(deps(true), mark)).to.equal(true);
    expect(await isEmailVerified.answer(deps(false), mark)).to.equal(false);
  });

  it('is answered from the directory otherwise', async () => {
    expect(await ask(false)).to.equal(null);
  });

  it('is unknown if there is no stream of it', async () => {
    expect(await ask(true, '00000000-0000-4000-8000-000000000000')).to.equal(null);
    expect(await ask(true, 'no id at all')).to.equal(null);
  });
});
