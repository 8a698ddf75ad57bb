import {
  DEFAULT_CUD,
  DEFAULT_ID,
  parseAppId,
  parseConnectionUriDomain,
  parseTenantId,
  type TenantAddress,
} from './ids.js';
import { type JsonObject, member } from './json.js';
import { type BadInput, invalidField, type Valid, valid } from './result.js';

/** What a request creates, updates or removes. */
export type TenancyLevel = 'connectionUriDomain' | 'app' | 'tenant';

const LEVELS = {
  connectionUriDomain: { field: 'connectionUriDomain', parse: parseConnectionUriDomain },
  app: { field: 'appId', parse: parseAppId },
  tenant: { field: 'tenantId', parse: parseTenantId },
} as const;

/**
 * Reads which row a create-or-update body names (10-multitenancy.md 7.1 no. 2). An absent id means the default one.
 *
 * @param source the tenant that the host and path of the call address
 */
export function readTarget(
  level: TenancyLevel,
  body: JsonObject,
  source: TenantAddress,
): Valid<TenantAddress> | BadInput {
  if (member(body, LEVELS[level].field) === undefined) {
    return valid(addressOf(level, level === 'connectionUriDomain' ? DEFAULT_CUD : DEFAULT_ID, source));
  }
  const id = readRemovedId(level, body);
  return id.status === 'OK' ? valid(addressOf(level, id.value, source)) : id;
}

/** Reads the id in the body of a removal (10-multitenancy.md 7.4); it has to be there. */
export function readRemovedId(level: TenancyLevel, body: JsonObject): Valid<string> | BadInput {
  const { field, parse } = LEVELS[level];
  const given = member(body, field);
  return typeof given === 'string' ? parse(given) : invalidField(field);
}

function addressOf(level: TenancyLevel, id: string, source: TenantAddress): TenantAddress {
  if (level === 'connectionUriDomain') return { cud: id, appId: DEFAULT_ID, tenantId: DEFAULT_ID };
  return level === 'app' ? { ...source, appId: id, tenantId: DEFAULT_ID } : { ...source, tenantId: id };
}
