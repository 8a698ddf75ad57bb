import { type EffectiveConfig, effectiveConfig, type Overrides } from '../../domain/config/effective-config.js';
import type { CoreConfig } from '../../domain/config/options.js';
import { type AppState, appAggregate, publicOverrides, tenantAt } from '../../domain/tenancy/app.js';
import { ConnectionUriDomain, type CudState } from '../../domain/tenancy/cud.js';
import { APP_EVENTS, type AppEvent, CUD_EVENTS, type CudEvent } from '../../domain/tenancy/events.js';
import { BASE_TENANT, DEFAULT_CUD, DEFAULT_ID, type TenantAddress } from '../../domain/tenancy/ids.js';
import { appStreamKey, nameOfIncarnation } from '../../domain/tenancy/keys.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import type { RegisteredApp, TenancyRegistry } from '../../infra/ports/tenancy-registry.js';
import type { View } from '../runner/view.js';

/** The registry's state as its view writes it. */
export interface RegistryTables {
  readonly apps: Map<string, RegisteredApp>;
  readonly domains: Map<string, CudState>;
}

export interface RegistryOptions {
  /** As loaded, without derived values. */
  readonly base: CoreConfig;
  readonly testMode: boolean;
}

/** Makes the registry and the tables that {@link tenancyView} keeps for it. */
export function tenancyRegistry(options: RegistryOptions): { registry: TenancyRegistry; tables: RegistryTables } {
  const base: RegisteredApp = { ...BASE_TENANT, state: appAggregate(DEFAULT_CUD, DEFAULT_ID).initial };
  const tables: RegistryTables = {
    apps: new Map([[appStreamKey(DEFAULT_CUD, DEFAULT_ID), base]]),
    domains: new Map(),
  };
  // Keyed by the state that a config was computed from: a changed app is another object.
  const configs = new WeakMap<AppState, Map<string, { readonly cud: Overrides; readonly config: EffectiveConfig }>>();

  const app = (cud: string, appId: string): AppState | undefined => {
    const state = tables.apps.get(appStreamKey(cud, appId))?.state;
    return state?.exists ? state : undefined;
  };

  function config(address: TenantAddress): EffectiveConfig {
    const state = app(address.cud, address.appId) ?? base.state;
    const domainApp = address.cud === DEFAULT_CUD ? undefined : app(address.cud, DEFAULT_ID);
    const cud = domainApp ? publicOverrides(domainApp) : NO_OVERRIDES;
    let known = configs.get(state);
    if (!known) {
      known = new Map();
      configs.set(state, known);
    }
    const cached = known.get(address.tenantId);
    if (cached?.cud === cud) return cached.config;
    const tenant = tenantAt(state, address);
    const own = tenant?.coreConfig ?? NO_OVERRIDES;
    const computed = effectiveConfig(options.base, [cud, publicOverrides(state), own] as Overrides[], options);
    if (tenant) known.set(address.tenantId, { cud, config: computed });
    return computed;
  }

  const registry: TenancyRegistry = {
    hasConnectionUriDomain: (cud) => cud === DEFAULT_CUD || (tables.domains.get(cud)?.exists ?? false),
    connectionUriDomains: () => [DEFAULT_CUD, ...[...tables.domains].filter(([, d]) => d.exists).map(([cud]) => cud)],
    app,
    appByKey(appKey) {
      const found = tables.apps.get(nameOfIncarnation(appKey));
      return found?.state.exists && found.state.appKey === appKey ? found : undefined;
    },
    apps: (cud) => [...tables.apps.values()].filter((found) => found.cud === cud && found.state.exists),
    tenant(address) {
      const state = app(address.cud, address.appId);
      return state && tenantAt(state, address);
    },
    config,
  };
  return { registry, tables };
}

const NO_OVERRIDES: Overrides = {};

/** The in-memory view behind the registry. */
export const tenancyView: View<RegistryTables> = {
  name: 'tenancy',
  version: 1,
  streamPrefixes: ['app-', 'cud-'],
  handlers: new Map([
    ...APP_EVENTS.map((type) => [type.name, applyToApp] as const),
    ...CUD_EVENTS.map((type) => [type.name, applyToDomain] as const),
  ]),
};

function applyToApp(tables: RegistryTables, event: StoredEvent): void {
  const known = event as StoredEvent & AppEvent;
  const { cud, appId } = known.data;
  const key = appStreamKey(cud, appId);
  const aggregate = appAggregate(cud, appId);
  const state = aggregate.evolve(tables.apps.get(key)?.state ?? aggregate.initial, known);
  // A removed and re-created app goes to the end of the list, like a new one.
  if (event.type === 'AppCreated') tables.apps.delete(key);
  tables.apps.set(key, { cud, appId, state });
}

function applyToDomain(tables: RegistryTables, event: StoredEvent): void {
  const known = event as StoredEvent & CudEvent;
  const { cud } = known.data;
  const before = tables.domains.get(cud) ?? ConnectionUriDomain.initial;
  if (event.type === 'ConnectionUriDomainCreated') tables.domains.delete(cud);
  tables.domains.set(cud, ConnectionUriDomain.evolve(before, known));
}
