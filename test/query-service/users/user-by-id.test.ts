import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStores, type Stores } from '../../../cli/service/stores.js';
import { EmailVerified, emailVerificationStream } from '../../../domain/emailverification/email-verification.js';
import { BaseApp } from '../../../domain/tenancy/app.js';
import { TenantCreated } from '../../../domain/tenancy/events.js';
import { OPEN_FACTORS } from '../../../domain/tenancy/factors.js';
import { BASE_TENANT } from '../../../domain/tenancy/ids.js';
import { EmailPasswordUserSignedUp, UserAssociatedWithTenant } from '../../../domain/user/events.js';
import { userStream, userSubject } from '../../../domain/user/user.js';
import { annalsSettings } from '../../../infra/config/annals-settings.js';
import type { QueryDeps } from '../../../query-service/query.js';
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
      stream: emailVerificationStream(APP, USER_ID, EMAIL),
      event: EmailVerified({ ...user, email: EMAIL, cause: 'fake' }),
      subject,
    };
    await stores.store.append(
      await stores.store.encode([...events.map((event) => ({ stream, event, subject })), mark], {}),
      [],
    );
  });

  after(async () => {
    await stores.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const ask = (isBehind: boolean, userId = USER_ID) =>
    userById.answer(
      {
        directory: stores.directory.reader as unknown as QueryDeps['directory'],
        store: stores.store,
        registry: { appByKey: () => ({ ...BASE_TENANT, state: app }) },
        progress: { isBehind: (view: string) => isBehind && view === 'directory' },
      } as unknown as QueryDeps,
      { appKey: APP, userId },
    );

  it('is answered from its own streams, as the directory will show it', async () => {
    expect(await ask(true)).to.deep.equal({
      id: USER_ID,
      isPrimaryUser: false,
      loginMethods: [
        {
          recipeUserId: USER_ID,
          recipeId: 'emailpassword',
          tenantIds: ['public', 't1'],
          verified: true,
          timeJoined: T0,
          email: EMAIL,
        },
      ],
    });
  });

  it('is answered from the directory otherwise', async () => {
    expect(await ask(false)).to.equal(null);
  });

  it('is unknown if there is no stream of it', async () => {
    expect(await ask(true, '00000000-0000-4000-8000-000000000000')).to.equal(null);
    expect(await ask(true, 'no id at all')).to.equal(null);
  });
});
