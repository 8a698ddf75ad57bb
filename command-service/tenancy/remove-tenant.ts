import { removeTenant as decide, type RemovalResult } from '../../domain/tenancy/decide-removal.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';
import { transactInTurn } from './transact-in-turn.js';

export interface RemoveTenantInput {
  /** The tenant that the host and path of the call address. */
  readonly source: TenantAddress;
  /** Of the source's app; from `readRemovedId`. */
  readonly tenantId: string;
}

/** Removes a tenant with everything that is kept under its key (10-multitenancy.md 7.4, 10). */
export const removeTenant = command<RemoveTenantInput, RemovalResult>('RemoveTenant', (context, { source, tenantId }) =>
  transactInTurn(context, source, async (tx) => {
    const sourceApp = await loadApp(tx, source);
    return append(tx, source, decide({ source, sourceApp, tenantId, at: context.now() }));
  }),
);
