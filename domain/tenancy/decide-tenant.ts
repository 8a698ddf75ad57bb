import type { Overrides } from '../config/effective-config.js';
import type { Decision } from '../event.js';
import { type AppState, type Tenant, tenantAt } from './app.js';
import type { CudState } from './cud.js';
import { type ConfigContext, overrideChanges, overrideTenant, readCoreConfig } from './decide-overrides.js';
import {
  AppAddedToConnectionUriDomain,
  AppCreated,
  type AppEvent,
  ConnectionUriDomainCreated,
  type CudEvent,
  TenantCoreConfigChanged,
  TenantCreated,
  TenantFactorsChanged,
} from './events.js';
import { applyFactorRequest, readFactorRequest } from './factor-request.js';
import { checkFactors, newTenantFactors, sameFactors, type TenantApi, type TenantFactors } from './factors.js';
import { DEFAULT_CUD, DEFAULT_ID, type TenantAddress, tenantNotFound } from './ids.js';
import type { JsonObject } from './json.js';
import { appStreamKey, incarnationKey } from './keys.js';
import { mayCreateOrUpdate } from './permissions.js';
import { lookUp } from './persistent-map.js';
import { badInput, type Refusal, type Valid, valid } from './result.js';

/** A decision that may also write the stream of the target's connection URI domain, in the same append. */
export interface TenancyDecision<R> extends Decision<R, AppEvent> {
  readonly cudEvents: readonly CudEvent[];
}

export interface CreateOrUpdateTenant {
  /** The tenant that the host and path of the call address, and the state of its app. */
  readonly source: TenantAddress;
  readonly sourceApp: AppState;
  /** The row that the body names (`readTarget`), and the state of its app. */
  readonly target: TenantAddress;
  readonly app: AppState;
  /** The state of the target's connection URI domain; undefined for the default one. */
  readonly cud: CudState | undefined;
  /** Of the public row of that domain's public app; empty if that is the target's app, or in the default domain. */
  readonly cudOverrides: Overrides;
  readonly api: TenantApi;
  readonly body: JsonObject;
  readonly config: ConfigContext;
  /** ms since the epoch. */
  readonly at: number;
}

export type CreateOrUpdateResult = { readonly status: 'OK'; readonly createdNew: boolean } | Refusal;

/**
 * Creates or updates a tenant, an app or a connection URI domain: each is one row, and the target says which
 * (10-multitenancy.md 7.1). Steps 1 and 2 are the caller's (`readTarget`); this takes steps 3 to 6, 8 and 9 in their
 * order. `events` go to the stream of the target's app, `cudEvents` to that of its domain.
 */
export function createOrUpdateTenant(request: CreateOrUpdateTenant): TenancyDecision<CreateOrUpdateResult> {
  const judged = judge(request);
  if (judged.status !== 'OK') return { result: judged, events: [], cudEvents: [] };
  const existing = tenantAt(request.app, request.target);
  const { factors, coreConfig } = judged.value;
  return {
    result: { status: 'OK', createdNew: existing === undefined },
    events: existing ? updated(request, existing, factors, coreConfig) : created(request, factors, coreConfig),
    cudEvents: existing ? [] : addedToDomain(request),
  };
}

function judge(request: CreateOrUpdateTenant): Valid<Pick<Tenant, 'factors' | 'coreConfig'>> | Refusal {
  const { source, sourceApp, target, app, api, body } = request;
  const loadOnlyCud = request.config.base.supertokens_saas_load_only_cud;
  if (!tenantAt(sourceApp, source)) return tenantNotFound(source);
  if (loadOnlyCud !== null && target.cud !== DEFAULT_CUD && target.cud !== loadOnlyCud) {
    return badInput('Creation of connection uri domain or app or tenant is disallowed');
  }
  const requested = readCoreConfig(body);
  if (requested.status !== 'OK') return requested;
  const asked = readFactorRequest(body, api);
  if (asked.status !== 'OK') return asked;
  const before = tenantAt(app, target)?.factors ?? newTenantFactors(api, target.tenantId === DEFAULT_ID);
  const factors = applyFactorRequest(before, asked.value);
  const refusal = checkFactors(factors) ?? mayCreateOrUpdate(source, target);
  if (refusal) return refusal;
  const overrides = overrideTenant({ ...request, requested: requested.value });
  return overrides.status === 'OK' ? valid({ factors, coreConfig: overrides.value }) : overrides;
}

function updated(
  { target, app, at }: CreateOrUpdateTenant,
  tenant: Tenant,
  factors: TenantFactors,
  coreConfig: Overrides,
): AppEvent[] {
  const names = { ...target, appKey: app.appKey, tenantKey: tenant.tenantKey, at };
  return [
    ...(sameFactors(tenant.factors, factors) ? [] : [TenantFactorsChanged({ ...names, ...factors })]),
    ...overridesChanged(names, tenant.coreConfig, coreConfig),
  ];
}

function created({ target, app, at }: CreateOrUpdateTenant, factors: TenantFactors, coreConfig: Overrides): AppEvent[] {
  const { cud, appId, tenantId } = target;
  const appIncarnation = app.exists ? app.incarnation : app.incarnation + 1;
  const appKey = incarnationKey(appStreamKey(cud, appId), appIncarnation);
  const incarnation = (lookUp(app.tenantIncarnations, tenantId) ?? 0) + 1;
  const names = { ...target, appKey, tenantKey: incarnationKey(tenantId, incarnation), at };
  return [
    ...(app.exists ? [] : [AppCreated({ cud, appId, appKey, incarnation: appIncarnation, at })]),
    TenantCreated({ ...names, incarnation, ...factors }),
    ...overridesChanged(names, {}, coreConfig),
  ];
}

function addedToDomain({ target: { cud: name, appId }, app, cud, at }: CreateOrUpdateTenant): CudEvent[] {
  if (app.exists || cud === undefined) return [];
  if (appId !== DEFAULT_ID) return [AppAddedToConnectionUriDomain({ cud: name, appId, at })];
  return [ConnectionUriDomainCreated({ cud: name, at })];
}

interface TenantNames extends TenantAddress {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly at: number;
}

function overridesChanged(names: TenantNames, before: Overrides, after: Overrides): AppEvent[] {
  const changes = overrideChanges(before, after);
  const isNoOp = changes.set.length === 0 && changes.removed.length === 0;
  return isNoOp ? [] : [TenantCoreConfigChanged({ ...names, ...changes })];
}
