import { expect } from 'chai';
import type { JsonText } from '../../../domain/json/raw-json.js';
import { UserMetadataCleared, UserMetadataMerged } from '../../../domain/usermetadata/user-metadata.js';
import {
  PermissionsAddedToRole,
  PermissionsRemovedFromRole,
  RoleCreated,
  RoleDeleted,
} from '../../../domain/userroles/role.js';
import { RoleAssignedToUser, RoleRemovedFromUser, UserRolesErased } from '../../../domain/userroles/user-roles.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { metadataOfUser } from '../../../query-service/usermetadata/metadata-of-user.js';
import { metadataOfUsers } from '../../../query-service/usermetadata/metadata-of-users.js';
import { permissionsOfRole, rolesWithPermission } from '../../../query-service/userroles/roles.js';
import { rolesOfUser } from '../../../query-service/userroles/roles-of-user.js';
import { usersOfRole } from '../../../query-service/userroles/users-of-role.js';
import { type Directory, emptyDirectory } from '../users/directory.js';

const APP = 'public';
const PLACE = { appKey: APP, tenantKey: 't1' };
const OWN = { app: APP, keyName: 'k1', at: 1 };
const ROLE = { app: APP, role: 'admin', at: 1 };

/** A step that visits every row of a table, of an app, or of one of its tenants. */
const TOO_WIDE = /^SCAN|\(app_key=\?( AND tenant_key=\?)?\)/;

describe('the work on metadata and roles does not grow with the number of users', () => {
  let directory: Directory;
  let deps: QueryDeps;

  beforeEach(async () => {
    directory = await emptyDirectory();
    deps = { directory: directory.db, progress: { isBehind: () => false } } as unknown as QueryDeps;
    await directory.apply([
      UserMetadataMerged({ ...OWN, userId: 'u', update: '{"a":1}' }),
      RoleCreated({ ...ROLE, incarnation: 1 }),
      PermissionsAddedToRole({ ...ROLE, permissions: ['read', 'write'] }),
      RoleAssignedToUser({ ...OWN, tenant: 't1', userId: 'u', role: 'admin', incarnation: 1 }),
    ]);
  });

  afterEach(() => directory.db.destroy());

  function expectNarrowPlans(): void {
    const plans = directory.plans();
    expect(plans.size, 'no statements recorded: the check would check nothing').to.be.above(4);
    const bad = [...plans].filter(([, steps]) => steps.some((step) => TOO_WIDE.test(step)));
    expect(bad).to.deep.equal([]);
  }

  it('when events are applied', async () => {
    await directory.apply([
      PermissionsRemovedFromRole({ ...ROLE, permissions: ['read'] }),
      RoleRemovedFromUser({ ...OWN, tenant: 't1', role: 'admin', cause: 'unassigned' }),
      UserRolesErased(OWN),
      RoleDeleted(ROLE),
      UserMetadataCleared({ ...OWN, cause: 'removed' }),
    ]);
    expectNarrowPlans();
    for (const table of ['user_metadata', 'roles', 'role_permissions', 'user_roles'] as const)
      expect(await directory.db.selectFrom(table).selectAll().execute(), table).to.deep.equal([]);
  });

  it('when they are looked up', async () => {
    const metadata = '{"a":1}' as JsonText;
    expect(await metadataOfUser.answer(deps, { appKey: APP, userId: 'u' })).to.equal(metadata);
    expect(await metadataOfUsers.answer(deps, { appKey: APP, userIds: ['x', 'u'] })).to.deep.equal([null, metadata]);
    expect(await rolesOfUser.answer(deps, { ...PLACE, userId: 'u' })).to.deep.equal(['admin']);
    expect(await usersOfRole.answer(deps, { ...PLACE, role: 'admin' })).to.deep.equal(['u']);
    expect(await permissionsOfRole.answer(deps, { appKey: APP, role: 'admin' })).to.deep.equal(['read', 'write']);
    expect(await rolesWithPermission.answer(deps, { appKey: APP, permission: 'read' })).to.deep.equal(['admin']);
    expectNarrowPlans();
  });

  it('what the log has forgotten leaves no row', async () => {
    const forgotten = { ...OWN, keyName: 'k2', userId: '' };
    await directory.apply(
      [
        UserMetadataMerged({ ...forgotten, update: '{}' }),
        RoleAssignedToUser({ ...forgotten, tenant: 't1', role: 'admin', incarnation: 1 }),
      ],
      { erased: true },
    );
    for (const table of ['user_metadata', 'user_roles'] as const)
      expect(await directory.db.selectFrom(table).select('user_id').execute()).to.deep.equal([{ user_id: 'u' }]);
  });
});
