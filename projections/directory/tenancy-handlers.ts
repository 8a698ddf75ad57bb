import type { Transaction } from 'kysely';
import { AppRemoved, TenantRemoved } from '../../domain/tenancy/events.js';
import { on } from '../runner/view.js';
import { rememberRemoval } from './removed-tenants.js';
import { type DirectoryTables, directoryShapes } from './tables.js';

type Tx = Transaction<DirectoryTables>;

/** What a removed tenant or app takes with it (10-multitenancy.md 10). */
export const tenancyHandlers = [
  on(TenantRemoved, async (tx: Tx, { appKey, tenantKey }) => {
    await rememberRemoval(tx, appKey, tenantKey);
    for (const table of ['memberships', 'user_counts', 'user_sessions', 'user_roles'] as const)
      await tx.deleteFrom(table).where('app_key', '=', appKey).where('tenant_key', '=', tenantKey).execute();
  }),
  on(AppRemoved, async (tx: Tx, { appKey }) => {
    for (const table of Object.keys(directoryShapes) as (keyof DirectoryTables)[])
      await tx.deleteFrom(table).where('app_key', '=', appKey).execute();
  }),
];
