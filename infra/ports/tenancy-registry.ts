import type { EffectiveConfig } from '../../domain/config/effective-config.js';
import type { CoreConfig } from '../../domain/config/options.js';
import type { AppState, Tenant } from '../../domain/tenancy/app.js';
import { DEFAULT_ID, type TenantAddress } from '../../domain/tenancy/ids.js';

/** An app with where it is. */
export interface RegisteredApp {
  readonly cud: string;
  readonly appId: string;
  readonly state: AppState;
}

/** Which apps and tenants there are, and what config holds for them: read on every request, kept in memory. */
export interface TenancyRegistry {
  hasConnectionUriDomain(cud: string): boolean;
  /** The connection URI domains, the default one first, then in order of creation. */
  connectionUriDomains(): readonly string[];
  /** The app, if it exists. */
  app(cud: string, appId: string): AppState | undefined;
  /** The app that holds an app key at present, if it exists. */
  appByKey(appKey: string): RegisteredApp | undefined;
  /** The apps of a connection URI domain in order of creation. */
  apps(cud: string): readonly RegisteredApp[];
  tenant(address: TenantAddress): Tenant | undefined;
  /** The effective config of an existing tenant; that of the base if there is no such tenant (10-multitenancy.md 6.1). */
  config(address: TenantAddress): EffectiveConfig;
}

/** The effective config of an app that the gateway let through, which is a valid one: that of its public tenant. */
export function appConfig(registry: TenancyRegistry, { cud, appId }: Pick<TenantAddress, 'cud' | 'appId'>): CoreConfig {
  const effective = registry.config({ cud, appId, tenantId: DEFAULT_ID });
  if (effective.status !== 'OK') throw new Error(`the stored config of this app is invalid: ${effective.message}`);
  return effective.config;
}
