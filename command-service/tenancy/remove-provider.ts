import { removeProvider as decide, type RemoveProviderResult } from '../../domain/tenancy/decide-provider.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';
import { transactInTurn } from './transact-in-turn.js';

export interface RemoveProviderInput {
  readonly target: TenantAddress;
  /** From `readThirdPartyId`. */
  readonly thirdPartyId: string;
}

/** Removes a third-party provider from a tenant (10-multitenancy.md 8.2). */
export const removeProvider = command<RemoveProviderInput, RemoveProviderResult>(
  'RemoveProvider',
  (context, { target, thirdPartyId }) =>
    transactInTurn(context, target, async (tx) => {
      const app = await loadApp(tx, target);
      return append(tx, target, decide({ target, app, at: context.now() }, thirdPartyId));
    }),
);
