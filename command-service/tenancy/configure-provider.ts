import { type ConfigureProviderResult, configureProvider as decide } from '../../domain/tenancy/decide-provider.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import type { ProviderRequest } from '../../domain/tenancy/provider-config.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';
import { transactInTurn } from './transact-in-turn.js';

export interface ConfigureProviderInput {
  readonly target: TenantAddress;
  /** From `readProviderRequest`. */
  readonly provider: ProviderRequest;
}

/** Adds a third-party provider to a tenant or replaces it as a whole (10-multitenancy.md 8.1). */
export const configureProvider = command<ConfigureProviderInput, ConfigureProviderResult>(
  'ConfigureProvider',
  (context, { target, provider }) =>
    transactInTurn(context, target, async (tx) => {
      const app = await loadApp(tx, target);
      return append(tx, target, decide({ target, app, at: context.now() }, provider));
    }),
);
