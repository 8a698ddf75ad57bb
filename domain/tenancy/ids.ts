import { type BadInput, badInput, type Valid, valid } from './result.js';

/** The id of the default app of a connection URI domain and of the default tenant of an app (10-multitenancy.md 1). */
export const DEFAULT_ID = 'public';

/** The connection URI domain of everything that names none. */
export const DEFAULT_CUD = '';

/** The longest ids, in characters (10-multitenancy.md 2). */
export const MAX_CUD_LENGTH = 256;
export const MAX_APP_ID_LENGTH = 64;
export const MAX_TENANT_ID_LENGTH = 64;

/** Words that stand for something else where a path names a tenant (00-conventions.md 2.3). */
export const RESERVED_TENANT_IDS: ReadonlySet<string> = new Set(['recipe', 'config', 'users', 'hello']);
const ID = /^[a-z0-9-]+$/;
const CUD = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]+))?$/;
const MAX_PORT = 65_535;

/** Names one tenant of the whole service. */
export interface TenantAddress {
  readonly cud: string;
  readonly appId: string;
  readonly tenantId: string;
}

export const BASE_TENANT: TenantAddress = { cud: DEFAULT_CUD, appId: DEFAULT_ID, tenantId: DEFAULT_ID };

export function isBaseTenant(address: TenantAddress): boolean {
  return address.cud === DEFAULT_CUD && address.appId === DEFAULT_ID && address.tenantId === DEFAULT_ID;
}

export function inSameApp(a: TenantAddress, b: TenantAddress): boolean {
  return a.cud === b.cud && a.appId === b.appId;
}

/** The answer about a tenant or app that does not exist (00-conventions.md 2.5). */
export function tenantNotFound({ cud, appId, tenantId }: TenantAddress): BadInput {
  return badInput(
    'AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId ' +
      `combination not found: (${cud}, ${appId}, ${tenantId})`,
  );
}

/**
 * Reads a tenant id given by a client: trimmed, lower-cased, checked (10-multitenancy.md 2).
 *
 * @param text the field of the body; the caller has refused other types
 */
export function parseTenantId(text: string): Valid<string> | BadInput {
  const id = normalised(text);
  if (id === '') return badInput('tenantId should not be an empty String');
  if (RESERVED_TENANT_IDS.has(id)) return badInput(`Cannot use '${id}' as a tenantId`);
  return checkId('tenantId', id, MAX_TENANT_ID_LENGTH);
}

/** Reads an app id given by a client, like {@link parseTenantId}. */
export function parseAppId(text: string): Valid<string> | BadInput {
  const id = normalised(text);
  if (id === '') return badInput('appId should not be an empty String');
  return checkId('appId', id, MAX_APP_ID_LENGTH);
}

/**
 * Reads a connection URI domain given by a client: a host name or IPv4 address, whose port is checked and dropped
 * (10-multitenancy.md 2).
 */
export function parseConnectionUriDomain(text: string): Valid<string> | BadInput {
  const given = normalised(text);
  if (given === '') return badInput('connectionUriDomain should not be an empty String');
  const host = hostOf(given);
  if (host === undefined) return badInput('connectionUriDomain is invalid');
  if (host.length > MAX_CUD_LENGTH) return tooLong('connectionUriDomain', MAX_CUD_LENGTH);
  return valid(host);
}

/**
 * The connection URI domain that a Host header may stand for, to be looked up; the default one if the header cannot
 * name any (00-conventions.md 3). That is never an error.
 */
export function connectionUriDomainOfHost(header: string): string {
  return hostOf(normalised(header)) ?? DEFAULT_CUD;
}

function normalised(text: string): string {
  return text.trim().toLowerCase();
}

function hostOf(text: string): string | undefined {
  const [, host, port] = CUD.exec(text) ?? [];
  const isUsable = port === undefined || (Number(port) >= 1 && Number(port) <= MAX_PORT);
  return isUsable ? host : undefined;
}

function checkId(field: 'tenantId' | 'appId', id: string, maxLength: number): Valid<string> | BadInput {
  if (id.startsWith('appid-')) return badInput(`${field} must not start with 'appid-'`);
  if (!ID.test(id)) return badInput(`${field} can only contain letters, numbers and hyphens`);
  if (id.length > maxLength) return tooLong(field, maxLength);
  return valid(id);
}

function tooLong(field: string, maxLength: number): BadInput {
  return badInput(`${field} must not be longer than ${maxLength} characters`);
}
