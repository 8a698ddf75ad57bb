import { DEFAULT_ID, inSameApp, isBaseTenant, type TenantAddress } from './ids.js';
import { type Forbidden, forbidden } from './result.js';

const USE_SAME_TENANT = 'You must use the public or same tenant to add/update a tenant';

/**
 * Who may create or update what (10-multitenancy.md 4, and M1 for the base tenant).
 *
 * @param source the tenant that the host and path of the call address
 * @param target the row that the body names
 */
export function mayCreateOrUpdate(source: TenantAddress, target: TenantAddress): Forbidden | undefined {
  if (isBaseTenant(target)) return isBaseTenant(source) ? undefined : forbidden(USE_SAME_TENANT);
  if (target.tenantId !== DEFAULT_ID) return mayWriteTenant(source, target);
  if (target.appId !== DEFAULT_ID) return mayWriteApp(source, target);
  if (isBaseTenant(source) || source.cud === target.cud) return undefined;
  return forbidden('You must use the default or same connectionUriDomain to create/update a connectionUriDomain');
}

function mayWriteTenant(source: TenantAddress, target: TenantAddress): Forbidden | undefined {
  if (!inSameApp(source, target)) return forbidden('You must use the same app to create/update a tenant');
  if (source.tenantId === DEFAULT_ID || source.tenantId === target.tenantId) return undefined;
  return forbidden(USE_SAME_TENANT);
}

function mayWriteApp(source: TenantAddress, target: TenantAddress): Forbidden | undefined {
  if (source.cud !== target.cud) {
    return forbidden('You must use the same connection URI domain to create/update an app');
  }
  const mayAsPublic = source.appId === DEFAULT_ID || source.appId === target.appId;
  if (source.tenantId === DEFAULT_ID && mayAsPublic) return undefined;
  return forbidden('You must use the public or same app to add/update an app');
}

type Place = 'public tenant' | 'public app' | 'base tenant';

const ALLOWED_AT: Readonly<Record<Place, (source: TenantAddress) => boolean>> = {
  'public tenant': (source) => source.tenantId === DEFAULT_ID,
  'public app': (source) => source.tenantId === DEFAULT_ID && source.appId === DEFAULT_ID,
  'base tenant': isBaseTenant,
};

const WORDS: Readonly<Record<Place, string>> = {
  'public tenant': 'Only the public tenantId',
  'public app': 'Only the public tenantId and public appId',
  'base tenant': 'Only the public tenantId, public appId and default connectionUriDomain',
};

/** What may be done from one place alone, with the words in which it is refused elsewhere. */
const GUARDED = {
  listTenants: ['public tenant', 'list all tenants associated with this app'],
  listApps: ['public app', 'list all apps associated with this connection uri domain'],
  listConnectionUriDomains: ['base tenant', 'list all connectionUriDomains and appIds associated with this core'],
  removeTenant: ['public tenant', 'delete a tenant'],
  removeApp: ['public app', 'delete an app'],
  removeConnectionUriDomain: ['base tenant', 'delete a connectionUriDomain'],
} as const satisfies Record<string, readonly [Place, string]>;

/** Who may list and remove (10-multitenancy.md 4); `source` as in {@link mayCreateOrUpdate}. */
export function mayPerform(operation: keyof typeof GUARDED, source: TenantAddress): Forbidden | undefined {
  const [place, words] = GUARDED[operation];
  return ALLOWED_AT[place](source) ? undefined : forbidden(`${WORDS[place]} is allowed to ${words}`);
}
