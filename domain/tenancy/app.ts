import type { Overrides } from '../config/effective-config.js';
import type { Aggregate } from '../event.js';
import { APP_EVENTS, type AppEvent } from './events.js';
import { OPEN_FACTORS, type TenantFactors } from './factors.js';
import { DEFAULT_ID, isBaseTenant, type TenantAddress } from './ids.js';
import { isJsonObject, type JsonObject } from './json.js';
import { appSubject } from './keys.js';
import { EMPTY_MAP, lookUp, type PersistentMap, withEntry, withoutEntry } from './persistent-map.js';
import { bareProvider, type ProviderConfig } from './provider-config.js';

/** A tenant row (10-multitenancy.md 3). */
export interface Tenant {
  readonly tenantId: string;
  /** The name of this incarnation (`incarnationKey`): data of the tenant are kept under the app's and this key. */
  readonly tenantKey: string;
  readonly factors: TenantFactors;
  /** Own overrides only, with the values as they were sent. */
  readonly coreConfig: Overrides;
  /** By thirdPartyId, in the order in which they were first configured. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** ms since the epoch; null for the base tenant before the first start was recorded. */
  readonly createdAt: number | null;
}

/** What an app's stream says: whether the app exists, under which key, and all its tenant rows. */
export interface AppState {
  readonly exists: boolean;
  /** How often the app has been created. */
  readonly incarnation: number;
  /** The name of this incarnation (`incarnationKey`); empty before the first one. */
  readonly appKey: string;
  /** By tenantId; always with the public one while the app exists. */
  readonly tenants: PersistentMap<Tenant>;
  /** How often each tenantId has been created in this incarnation of the app, removed ones included. */
  readonly tenantIncarnations: PersistentMap<number>;
  readonly websiteDomain: string | null;
  readonly apiDomain: string | null;
  readonly licenseKey: string | null;
}

const NO_APP: AppState = {
  exists: false,
  incarnation: 0,
  appKey: '',
  tenants: EMPTY_MAP,
  tenantIncarnations: EMPTY_MAP,
  websiteDomain: null,
  apiDomain: null,
  licenseKey: null,
};

const BASE_APP: AppState = {
  ...NO_APP,
  exists: true,
  incarnation: 1,
  appKey: DEFAULT_ID,
  tenants: withEntry<Tenant>(
    EMPTY_MAP,
    DEFAULT_ID,
    newTenant({ ...OPEN_FACTORS, tenantId: DEFAULT_ID, tenantKey: DEFAULT_ID, at: null }),
  ),
  tenantIncarnations: withEntry<number>(EMPTY_MAP, DEFAULT_ID, 1),
};

/** Any app but the base app: it exists from its creation to its removal. */
export const App: Aggregate<AppState, AppEvent> = {
  category: 'app',
  events: APP_EVENTS,
  initial: NO_APP,
  evolve,
  subject: (state) => (state.exists ? appSubject(state.appKey) : undefined),
};

/** The base app: it exists without any event (10-multitenancy.md 1). */
export const BaseApp: Aggregate<AppState, AppEvent> = { ...App, initial: BASE_APP };

/** How the stream of the app at an address (`appStream`) is to be folded. */
export function appAggregate(cud: string, appId: string): Aggregate<AppState, AppEvent> {
  return isBaseTenant({ cud, appId, tenantId: DEFAULT_ID }) ? BaseApp : App;
}

/** The tenant row at an address, given the state of that address's app; undefined if there is none. */
export function tenantAt(app: AppState, { tenantId }: Pick<TenantAddress, 'tenantId'>): Tenant | undefined {
  return lookUp(app.tenants, tenantId);
}

/** The overrides of an app's public row, which its other tenants inherit. */
export function publicOverrides(app: AppState): Overrides {
  return lookUp(app.tenants, DEFAULT_ID)?.coreConfig ?? {};
}

function evolve(state: AppState, event: AppEvent): AppState {
  switch (event.type) {
    case 'BaseTenantInitialised':
      return withTenant(state, DEFAULT_ID, (tenant) => ({ ...tenant, createdAt: event.data.at }));
    case 'AppCreated': {
      const { incarnation, appKey } = event.data;
      return { ...NO_APP, exists: true, incarnation, appKey };
    }
    case 'TenantCreated': {
      const { tenantId, incarnation } = event.data;
      return {
        ...state,
        tenants: withEntry(state.tenants, tenantId, newTenant(event.data)),
        tenantIncarnations: withEntry(state.tenantIncarnations, tenantId, incarnation),
      };
    }
    case 'TenantFactorsChanged':
      return withTenant(state, event.data.tenantId, (tenant) => ({ ...tenant, factors: factorsIn(event.data) }));
    case 'TenantCoreConfigChanged': {
      const { tenantId, removed, values } = event.data;
      return withTenant(state, tenantId, (tenant) => ({
        ...tenant,
        // Nothing but checked overrides was ever written.
        coreConfig: { ...without(tenant.coreConfig, removed), ...(parsed(values) as Overrides) },
      }));
    }
    case 'ThirdPartyProviderConfigured': {
      const { tenantId, thirdPartyId, provider } = event.data;
      const kept = { ...bareProvider(thirdPartyId), ...parsed(provider) };
      return withTenant(state, tenantId, (tenant) => ({
        ...tenant,
        providers: new Map(tenant.providers).set(thirdPartyId, kept),
      }));
    }
    case 'ThirdPartyProviderRemoved':
      return withTenant(state, event.data.tenantId, (tenant) => ({
        ...tenant,
        providers: withoutProvider(tenant.providers, event.data.thirdPartyId),
      }));
    case 'TenantRemoved':
      return { ...state, tenants: withoutEntry(state.tenants, event.data.tenantId) };
    case 'AppRemoved':
      return { ...NO_APP, incarnation: state.incarnation, appKey: state.appKey };
    case 'AppDomainsReported': {
      const { websiteDomain, apiDomain } = event.data;
      return { ...state, websiteDomain, apiDomain };
    }
    case 'LicenseKeySet':
      return { ...state, licenseKey: event.data.licenseKey };
    case 'LicenseKeyRemoved':
      return { ...state, licenseKey: null };
  }
}

function newTenant(
  created: TenantFactors & { readonly tenantId: string; readonly tenantKey: string; readonly at: number | null },
): Tenant {
  const { tenantId, tenantKey, at } = created;
  return { tenantId, tenantKey, factors: factorsIn(created), coreConfig: {}, providers: new Map(), createdAt: at };
}

function factorsIn(data: TenantFactors): TenantFactors {
  const { emailPassword, thirdParty, passwordless, firstFactors, requiredSecondaryFactors } = data;
  return { emailPassword, thirdParty, passwordless, firstFactors, requiredSecondaryFactors };
}

function withTenant(state: AppState, tenantId: string, change: (tenant: Tenant) => Tenant): AppState {
  const tenant = lookUp(state.tenants, tenantId);
  return tenant ? { ...state, tenants: withEntry(state.tenants, tenantId, change(tenant)) } : state;
}

function withoutProvider(providers: Tenant['providers'], thirdPartyId: string): Tenant['providers'] {
  const rest = new Map(providers);
  rest.delete(thirdPartyId);
  return rest;
}

function without(overrides: Overrides, names: readonly string[]): Overrides {
  return Object.fromEntries(Object.entries(overrides).filter(([name]) => !names.includes(name)));
}

function parsed(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}
