import { tenantAt } from '../../domain/tenancy/app.js';
import { type TenantApi, v1Api } from '../../domain/tenancy/factors.js';
import { DEFAULT_CUD, DEFAULT_ID, tenantNotFound } from '../../domain/tenancy/ids.js';
import { mayPerform } from '../../domain/tenancy/permissions.js';
import { entriesOf } from '../../domain/tenancy/persistent-map.js';
import { tenantJson } from '../../domain/tenancy/tenant-json.js';
import type { RegisteredApp } from '../../infra/ports/tenancy-registry.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';

type Version = 'v1' | 'v2';

interface Read {
  readonly path: string;
  readonly summary: string;
  answer(request: CdiRequest, api: TenantApi): object;
}

function tenantAnswer({ address, deps, mayUseProtected }: CdiRequest, api: TenantApi): object {
  const tenant = deps.registry.tenant(address);
  if (!tenant) return { status: 'TENANT_NOT_FOUND_ERROR' };
  return { status: 'OK', ...tenantJson(tenant, api, { hideProtected: !mayUseProtected }) };
}

function tenantList(request: CdiRequest, api: TenantApi): object {
  const app = sourceApp(request, 'listTenants');
  return { status: 'OK', tenants: rowsOf(app, api, request) };
}

function appList(request: CdiRequest, api: TenantApi): object {
  sourceApp(request, 'listApps');
  return { status: 'OK', apps: appsOf(request.address.cud, api, request) };
}

function domainList(request: CdiRequest, api: TenantApi): object {
  sourceApp(request, 'listConnectionUriDomains');
  const { registry, base } = request.deps;
  const only = base.supertokens_saas_load_only_cud;
  const listed = registry.connectionUriDomains().filter((cud) => only === null || cud === DEFAULT_CUD || cud === only);
  return {
    status: 'OK',
    connectionUriDomains: listed.map((cud) => ({ connectionUriDomain: cud, apps: appsOf(cud, api, request) })),
  };
}

/** The app of the source tenant, which must exist and may perform the operation (10-multitenancy.md 7.3). */
function sourceApp({ address, deps }: CdiRequest, operation: Parameters<typeof mayPerform>[0]): RegisteredApp['state'] {
  const app = deps.registry.app(address.cud, address.appId);
  if (!app || !tenantAt(app, address)) return refuse(400, tenantNotFound(address).message);
  const refusal = mayPerform(operation, address);
  return refusal ? refuse(403, refusal.message) : app;
}

function appsOf(cud: string, api: TenantApi, request: CdiRequest): object[] {
  return request.deps.registry.apps(cud).map(({ appId, state }) => ({ appId, tenants: rowsOf(state, api, request) }));
}

/** The rows of an app: its public tenant, then the others in order of creation. */
function rowsOf(app: RegisteredApp['state'], api: TenantApi, { mayUseProtected }: CdiRequest): object[] {
  const rank = (tenantId: string, createdAt: number | null) => (tenantId === DEFAULT_ID ? -1 : (createdAt ?? 0));
  return entriesOf(app.tenants)
    .map(([, tenant]) => tenant)
    .sort((a, b) => rank(a.tenantId, a.createdAt) - rank(b.tenantId, b.createdAt))
    .map((tenant) => tenantJson(tenant, api, { hideProtected: !mayUseProtected }));
}

const READS: readonly Read[] = [
  { path: 'tenant', summary: 'Reads the tenant of the path.', answer: tenantAnswer },
  { path: 'tenant/list', summary: 'Lists the tenants of the app.', answer: tenantList },
  { path: 'app/list', summary: 'Lists the apps of the connection URI domain with their tenants.', answer: appList },
  {
    path: 'connectionuridomain/list',
    summary: 'Lists the connection URI domains with their apps and tenants.',
    answer: domainList,
  },
];

function read({ path, summary, answer }: Read, version: Version): Endpoint {
  return {
    method: 'GET',
    path: `/recipe/multitenancy/${path}${version === 'v2' ? '/v2' : ''}`,
    level: 'special',
    summary,
    handle: (request) => ok(answer(request, version === 'v2' ? 'v2' : v1Api(request.version))),
  };
}

/** Reading rows (10-multitenancy.md 7.2, 7.3). */
export const tenantReadEndpoints: readonly Endpoint[] = READS.flatMap((each) => [read(each, 'v1'), read(each, 'v2')]);
