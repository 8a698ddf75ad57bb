import type { ConfigDraft } from '../../../domain/config/options.js';
import type { AnyEventType, DomainEvent } from '../../../domain/event.js';
import { type AppState, appAggregate, publicOverrides, tenantAt } from '../../../domain/tenancy/app.js';
import { ConnectionUriDomain, type CudState } from '../../../domain/tenancy/cud.js';
import { configureProvider, removeProvider } from '../../../domain/tenancy/decide-provider.js';
import { removeApp, removeConnectionUriDomain, removeTenant } from '../../../domain/tenancy/decide-removal.js';
import { createOrUpdateTenant } from '../../../domain/tenancy/decide-tenant.js';
import { APP_EVENTS, type AppEvent, CUD_EVENTS, type CudEvent } from '../../../domain/tenancy/events.js';
import { type TenantApi, v1Api } from '../../../domain/tenancy/factors.js';
import { BASE_TENANT, DEFAULT_CUD, DEFAULT_ID, type TenantAddress } from '../../../domain/tenancy/ids.js';
import type { JsonObject } from '../../../domain/tenancy/json.js';
import { appStreamKey } from '../../../domain/tenancy/keys.js';
import { readProviderRequest, readThirdPartyId } from '../../../domain/tenancy/provider-config.js';
import { readRemovedId, readTarget, type TenancyLevel } from '../../../domain/tenancy/requests.js';
import { tenantJson } from '../../../domain/tenancy/tenant-json.js';
import { baseWith } from '../config/base.js';

/** How a request is made; everything left out is as the cases of 10-multitenancy.md 16 have it unless stated. */
interface Call {
  readonly from?: Partial<TenantAddress>;
  /** The CDI version of a v1 route; v2 without it. */
  readonly v1?: string;
  readonly secretMissing?: boolean;
}

const TYPES: ReadonlyMap<string, AnyEventType> = new Map(
  [...APP_EVENTS, ...CUD_EVENTS].map((type) => [type.name, type]),
);

/** What the log keeps of an event: JSON that fits the event's schema. */
function recorded<E extends DomainEvent>(event: E): E {
  const type = TYPES.get(event.type);
  if (!type) throw new Error(`${event.type} is in no catalogue`);
  return { type: event.type, data: type.schema.parse(JSON.parse(JSON.stringify(event.data))) } as E;
}

/** A service reduced to its tenancy: streams in memory, the decisions on top, requests and answers as the API has them. */
export function tenancy(options: { readonly base?: Partial<ConfigDraft>; readonly testMode?: boolean } = {}) {
  const base = baseWith(options.base);
  const appLog = new Map<string, AppEvent[]>();
  const cudLog = new Map<string, CudEvent[]>();
  let now = 1_000;

  const app = ({ cud, appId }: Pick<TenantAddress, 'cud' | 'appId'>): AppState => {
    const { initial, evolve } = appAggregate(cud, appId);
    return (appLog.get(appStreamKey(cud, appId)) ?? []).reduce(evolve, initial);
  };
  const domain = (cud: string): CudState =>
    (cudLog.get(cud) ?? []).reduce(ConnectionUriDomain.evolve, ConnectionUriDomain.initial);
  const append = (
    { cud, appId }: Pick<TenantAddress, 'cud' | 'appId'>,
    events: readonly AppEvent[],
    cudEvents: readonly CudEvent[] = [],
  ) => {
    const key = appStreamKey(cud, appId);
    appLog.set(key, [...(appLog.get(key) ?? []), ...events.map(recorded)]);
    cudLog.set(cud, [...(cudLog.get(cud) ?? []), ...cudEvents.map(recorded)]);
    now += 1;
  };
  const address = (from: Partial<TenantAddress> = {}): TenantAddress => ({ ...BASE_TENANT, ...from });

  function put(level: TenancyLevel, body: JsonObject, { from, v1, secretMissing = false }: Call = {}) {
    const source = address(from);
    const named = readTarget(level, body, source);
    if (named.status !== 'OK') return named;
    const target = named.value;
    const domainApp = { cud: target.cud, appId: DEFAULT_ID };
    const decision = createOrUpdateTenant({
      source,
      sourceApp: app(source),
      target,
      app: app(target),
      cud: target.cud === DEFAULT_CUD ? undefined : domain(target.cud),
      cudOverrides: target.appId === DEFAULT_ID ? {} : publicOverrides(app(domainApp)),
      api: apiOf(v1),
      body,
      config: { base, testMode: options.testMode ?? false, secretMissing },
      at: now,
    });
    append(target, decision.events, decision.cudEvents);
    return decision.result;
  }

  function remove(level: TenancyLevel, body: JsonObject, { from }: Call = {}) {
    const source = address(from);
    const id = readRemovedId(level, body);
    if (id.status !== 'OK') return id;
    const request = { source, sourceApp: app(source), at: now };
    if (level === 'tenant') {
      const decision = removeTenant({ ...request, tenantId: id.value });
      append(source, decision.events, decision.cudEvents);
      return decision.result;
    }
    if (level === 'app') {
      const target = { cud: source.cud, appId: id.value };
      const decision = removeApp({ ...request, appId: id.value, app: app(target) });
      append(target, decision.events, decision.cudEvents);
      return decision.result;
    }
    const target = { cud: id.value, appId: DEFAULT_ID };
    const decision = removeConnectionUriDomain({
      ...request,
      cud: id.value,
      domain: domain(id.value),
      app: app(target),
    });
    append(target, decision.events, decision.cudEvents);
    return decision.result;
  }

  function putProvider(body: JsonObject, { from }: Call = {}) {
    const target = address(from);
    const request = readProviderRequest(body);
    if (request.status !== 'OK') return request;
    const decision = configureProvider({ target, app: app(target), at: now }, request.value);
    append(target, decision.events);
    return decision.result;
  }

  function deleteProvider(body: JsonObject, { from }: Call = {}) {
    const target = address(from);
    const thirdPartyId = readThirdPartyId(body);
    if (thirdPartyId.status !== 'OK') return thirdPartyId;
    const decision = removeProvider({ target, app: app(target), at: now }, thirdPartyId.value);
    append(target, decision.events);
    return decision.result;
  }

  /** The row as a GET shows it, without `status`; undefined if there is no such tenant. */
  function get(from: Partial<TenantAddress> = {}, { v1, secretMissing = false }: Omit<Call, 'from'> = {}) {
    const tenant = tenantAt(app(address(from)), address(from));
    return tenant && tenantJson(tenant, apiOf(v1), { hideProtected: secretMissing });
  }

  return {
    put,
    remove,
    putProvider,
    deleteProvider,
    get,
    append,
    app: (from: Partial<TenantAddress> = {}) => app(address(from)),
    domain,
    tenant: (from: Partial<TenantAddress> = {}) => tenantAt(app(address(from)), address(from)),
    /** Every event of the app's stream so far. */
    events: (from: Partial<TenantAddress> = {}): readonly AppEvent[] => {
      const { cud, appId } = address(from);
      return appLog.get(appStreamKey(cud, appId)) ?? [];
    },
    domainEvents: (cud: string): readonly CudEvent[] => cudLog.get(cud) ?? [],
    base,
  };
}

function apiOf(v1: string | undefined): TenantApi {
  return v1 === undefined ? 'v2' : v1Api(v1);
}

/** An answer that creates or updates. */
export const CREATED = { status: 'OK', createdNew: true };
export const UPDATED = { status: 'OK', createdNew: false };

export function badRequest(message: string) {
  return { status: 'BAD_INPUT', message };
}

export function refused(message: string) {
  return { status: 'FORBIDDEN', message };
}
