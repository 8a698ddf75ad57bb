import { type AppState, tenantAt } from './app.js';
import type { CudState } from './cud.js';
import type { TenancyDecision } from './decide-tenant.js';
import { AppRemoved, AppRemovedFromConnectionUriDomain, ConnectionUriDomainRemoved, TenantRemoved } from './events.js';
import { DEFAULT_CUD, DEFAULT_ID, type TenantAddress, tenantNotFound } from './ids.js';
import { mayPerform } from './permissions.js';
import { forbidden, type Refusal } from './result.js';

export type RemovalResult = { readonly status: 'OK'; readonly didExist: boolean } | Refusal;

type Removal = TenancyDecision<RemovalResult>;

interface RemovalSource {
  /** The tenant that the host and path of the call address, and the state of its app. */
  readonly source: TenantAddress;
  readonly sourceApp: AppState;
  /** ms since the epoch. */
  readonly at: number;
}

export interface RemoveTenant extends RemovalSource {
  /** Of the source's app; from `readRemovedId`. */
  readonly tenantId: string;
}

export interface RemoveApp extends RemovalSource {
  /** In the source's connection URI domain; from `readRemovedId`. */
  readonly appId: string;
  readonly app: AppState;
}

export interface RemoveConnectionUriDomain extends RemovalSource {
  /** From `readRemovedId`. */
  readonly cud: string;
  readonly domain: CudState;
  /** The state of the domain's public app. */
  readonly app: AppState;
}

const NOTHING_THERE: Removal = { result: { status: 'OK', didExist: false }, events: [], cudEvents: [] };
const REMOVED = { status: 'OK', didExist: true } as const;

const HAS_TENANTS = forbidden(
  'Please delete all tenants except the public tenant for this app before calling the delete API',
);
const HAS_APPS = forbidden(
  'Please delete all apps except the public appID for this connectionUriDomain before calling the delete API.',
);

/** Removes a tenant: the steps of 10-multitenancy.md 7.4 from the default id on. `events` go to the app's stream. */
export function removeTenant({ source, sourceApp, tenantId, at }: RemoveTenant): Removal {
  if (tenantId === DEFAULT_ID) {
    return refused(forbidden('Cannot delete public tenant, use remove app API instead'));
  }
  if (!tenantAt(sourceApp, source)) return refused(tenantNotFound(source));
  const refusal = mayPerform('removeTenant', source);
  if (refusal) return refused(refusal);
  const tenant = tenantAt(sourceApp, { tenantId });
  if (!tenant) return NOTHING_THERE;
  const { cud, appId } = source;
  const { tenantKey } = tenant;
  const removed = TenantRemoved({ cud, appId, appKey: sourceApp.appKey, tenantId, tenantKey, at });
  return { result: REMOVED, events: [removed], cudEvents: [] };
}

/**
 * Removes an app that has no tenant besides the public one: the steps of 7.4 from the default id on. `events` go to
 * the app's stream, `cudEvents` to that of its connection URI domain.
 */
export function removeApp({ source, sourceApp, appId, app, at }: RemoveApp): Removal {
  if (appId === DEFAULT_ID) {
    return refused(forbidden('Cannot delete the public app, use remove connection uri domain API instead'));
  }
  if (!tenantAt(sourceApp, source)) return refused(tenantNotFound(source));
  const refusal = mayPerform('removeApp', source);
  if (refusal) return refused(refusal);
  if (!app.exists) return NOTHING_THERE;
  if (app.tenants.size > 1) return refused(HAS_TENANTS);
  const { cud } = source;
  return {
    result: REMOVED,
    events: [AppRemoved({ cud, appId, appKey: app.appKey, at })],
    cudEvents: cud === DEFAULT_CUD ? [] : [AppRemovedFromConnectionUriDomain({ cud, appId, at })],
  };
}

/**
 * Removes a connection URI domain with its public app, if that has no tenant besides the public one (M5) and is the
 * only app: the steps of 7.4 from the unknown source on. `events` go to the public app's stream, `cudEvents` to that
 * of the domain.
 */
export function removeConnectionUriDomain(request: RemoveConnectionUriDomain): Removal {
  const { source, sourceApp, cud, domain, app, at } = request;
  if (!tenantAt(sourceApp, source)) return refused(tenantNotFound(source));
  const refusal = mayPerform('removeConnectionUriDomain', source);
  if (refusal) return refused(refusal);
  if (!domain.exists) return NOTHING_THERE;
  if (domain.apps.size > 0) return refused(HAS_APPS);
  if (app.tenants.size > 1) return refused(HAS_TENANTS);
  return {
    result: REMOVED,
    events: [AppRemoved({ cud, appId: DEFAULT_ID, appKey: app.appKey, at })],
    cudEvents: [ConnectionUriDomainRemoved({ cud, at })],
  };
}

function refused(result: Refusal): Removal {
  return { result, events: [], cudEvents: [] };
}
