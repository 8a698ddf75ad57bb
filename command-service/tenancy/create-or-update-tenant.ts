import { type CreateOrUpdateResult, createOrUpdateTenant as decide } from '../../domain/tenancy/decide-tenant.js';
import type { TenantApi } from '../../domain/tenancy/factors.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import type { JsonObject } from '../../domain/tenancy/json.js';
import { command } from '../command.js';
import { append, loadApp, loadDomain, loadDomainOverrides } from './tenancy-streams.js';
import { transactInTurn } from './transact-in-turn.js';

export interface CreateOrUpdateTenantInput {
  /** The tenant that the host and path of the call address. */
  readonly source: TenantAddress;
  /** The row that the body names (`readTarget`). */
  readonly target: TenantAddress;
  readonly api: TenantApi;
  readonly body: JsonObject;
  /** A SaaS secret is configured and the request did not present it. */
  readonly secretMissing: boolean;
}

/** Creates or updates a tenant, an app or a connection URI domain (10-multitenancy.md 7.1 from step 3 on). */
export const createOrUpdateTenant = command<CreateOrUpdateTenantInput, CreateOrUpdateResult>(
  'CreateOrUpdateTenant',
  (context, { source, target, api, body, secretMissing }) =>
    transactInTurn(context, target, async (tx) => {
      const decision = decide({
        source,
        sourceApp: await loadApp(tx, source),
        target,
        app: await loadApp(tx, target),
        cud: await loadDomain(tx, target.cud),
        cudOverrides: await loadDomainOverrides(tx, target),
        api,
        body,
        config: { base: context.base, testMode: context.testMode, secretMissing },
        at: context.now(),
      });
      return append(tx, target, decision);
    }),
);
