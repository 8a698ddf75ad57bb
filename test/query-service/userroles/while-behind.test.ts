import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStores, type Stores } from '../../../cli/service/stores.js';
import { userSubject } from '../../../domain/user/user.js';
import { UserMetadataMerged, userMetadataStream } from '../../../domain/usermetadata/user-metadata.js';
import { PermissionsAddedToRole, RoleCreated, roleStream } from '../../../domain/userroles/role.js';
import { RoleAssignedToUser, userRolesStream } from '../../../domain/userroles/user-roles.js';
import { annalsSettings } from '../../../infra/config/annals-settings.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { metadataOfUser } from '../../../query-service/usermetadata/metadata-of-user.js';
import { permissionsOfRole } from '../../../query-service/userroles/roles.js';
import { rolesOfUser } from '../../../query-service/userroles/roles-of-user.js';

const APP = 'public';
const USER = 'somebody';
const KEY = 'key-of-somebody';
const T0 = 1_700_000_000_000;

describe('metadata and roles while the directory is behind', () => {
  let dataDir: string;
  let stores: Stores;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'annals-behind-'));
    const settings = annalsSettings({ ANNALS_DATA_DIR: dataDir });
    if (settings.status !== 'OK') throw new Error(settings.message);
    stores = await openStores(settings.settings, Date.now);
    const own = { app: APP, keyName: KEY, userId: USER, at: T0 };
    const assigned = (tenant: string, role: string, incarnation: number) =>
      RoleAssignedToUser({ ...own, tenant, role, incarnation });
    const roles = ['writer', 'reader'].flatMap((role) => {
      const facts = { app: APP, role, at: T0 };
      const events = [
        RoleCreated({ ...facts, incarnation: 1 }),
        PermissionsAddedToRole({ ...facts, permissions: ['b', 'a'] }),
      ];
      return events.map((event) => ({ stream: roleStream(APP, role), event, subject: undefined }));
    });
    const assignments = [
      assigned('t1', 'writer', 1),
      assigned('t1', 'reader', 1),
      assigned('t1', 'deleted', 1),
      assigned('t2', 'writer', 7),
    ];
    const subject = userSubject(APP, KEY);
    const events = [
      ...roles,
      ...assignments.map((event) => ({ stream: userRolesStream(APP, USER), event, subject })),
      {
        stream: userMetadataStream(APP, USER),
        event: UserMetadataMerged({ ...own, update: '{"n":1.0}' }),
        subject,
      },
    ];
    await stores.store.append(await stores.store.encode(events, {}), []);
  });

  after(async () => {
    await stores.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const deps = (isBehind: boolean) =>
    ({
      directory: stores.directory.reader as unknown as QueryDeps['directory'],
      store: stores.store,
      progress: { isBehind: (view: string) => isBehind && view === 'directory' },
    }) as unknown as QueryDeps;

  it('metadata are answered from their own stream', async () => {
    expect(await metadataOfUser.answer(deps(true), { appKey: APP, userId: USER })).to.equal('{"n":1.0}');
    expect(await metadataOfUser.answer(deps(true), { appKey: APP, userId: 'nobody' })).to.equal('{}');
    expect(await metadataOfUser.answer(deps(false), { appKey: APP, userId: USER })).to.equal('{}');
  });

  it('roles are answered from the streams of the user and of the roles: only those that hold', async () => {
    const ask = (isBehind: boolean, tenantKey: string) =>
      rolesOfUser.answer(deps(isBehind), { appKey: APP, tenantKey, userId: USER });
    expect(await ask(true, 't1')).to.deep.equal(['reader', 'writer']);
    expect(await ask(true, 't2')).to.deep.equal([]);
    expect(await ask(false, 't1')).to.deep.equal([]);
  });

  it('permissions are answered from the stream of the role', async () => {
    const ask = (isBehind: boolean, role: string) => permissionsOfRole.answer(deps(isBehind), { appKey: APP, role });
    expect(await ask(true, 'writer')).to.deep.equal(['a', 'b']);
    expect(await ask(true, 'deleted')).to.equal(null);
    expect(await ask(false, 'writer')).to.equal(null);
  });
});
