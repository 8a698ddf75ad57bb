import { DEFAULT_ID, RESERVED_TENANT_IDS } from '../../domain/tenancy/ids.js';

/** The route of the service itself and of a bare app or tenant. */
export const ROOT_ROUTE = '/';

const APP_PREFIX = '/appid-';
const APP_ID = /^[a-z0-9-]*$/;
const TENANT_ID = /^[a-z0-9-]+$/;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** The fixed paths of the service by their comparable form (lower-case, no trailing slash). */
export type RouteIndex = ReadonlyMap<string, string>;

/** A path that addresses a route of an app and a tenant. Neither is known to exist. */
export interface RoutePath {
  readonly kind: 'route';
  /** As it was given to {@link indexRoutes}, or {@link ROOT_ROUTE}. */
  readonly route: string;
  /** Lower-case. */
  readonly appId: string;
  /** Lower-case. */
  readonly tenantId: string;
  /** Whether the path names a tenant, be it the public one. */
  readonly hasTenantSegment: boolean;
}

export type PathMatch =
  | RoutePath
  /** No route: the root route answers 404, and no app or tenant is looked up. */
  | { readonly kind: 'unknown' }
  /** 404 before anything else. */
  | { readonly kind: 'outside-base-path' }
  /** 400: an encoded slash or an escape that can't be decoded. */
  | { readonly kind: 'bad' };

const UNKNOWN: PathMatch = { kind: 'unknown' };
const OUTSIDE: PathMatch = { kind: 'outside-base-path' };
const BAD: PathMatch = { kind: 'bad' };

/** Prepares the fixed paths of the service for {@link parsePath}. The root route is always among them. */
export function indexRoutes(routes: Iterable<string>): RouteIndex {
  const index = new Map([['', ROOT_ROUTE]]);
  for (const route of routes) index.set(withoutTrailingSlashes(route).toLowerCase(), route);
  return index;
}

/**
 * Reads the target of a request (00-conventions.md 2).
 *
 * @param rawUrl the request target in origin form, with its query, as it was sent
 * @param basePath normalised: empty, or with a leading and without a trailing slash; compared case-sensitively
 * @param routes made by {@link indexRoutes}
 */
export function parsePath(rawUrl: string, basePath: string, routes: RouteIndex): PathMatch {
  const queryAt = rawUrl.indexOf('?');
  const decoded = decodePath(queryAt === -1 ? rawUrl : rawUrl.slice(0, queryAt));
  if (decoded === undefined) return BAD;
  if (!decoded.startsWith('/')) return UNKNOWN;
  const path = belowBase(resolveSegments(decoded), basePath);
  if (path === undefined) return OUTSIDE;
  // Some characters outside ASCII have a lower case inside it.
  return PRINTABLE_ASCII.test(path) ? match(path.toLowerCase(), routes) : UNKNOWN;
}

function match(path: string, routes: RouteIndex): PathMatch {
  const exact = routes.get(path);
  if (exact !== undefined) return found(exact, DEFAULT_ID, undefined);
  if (!path.startsWith(APP_PREFIX)) return matchTenant(path, DEFAULT_ID, routes);

  const appEnd = endOfSegment(path);
  const appId = path.slice(APP_PREFIX.length, appEnd);
  if (!APP_ID.test(appId)) return UNKNOWN;
  const rest = path.slice(appEnd);
  const route = routes.get(rest);
  if (route !== undefined) return found(route, appId || DEFAULT_ID, undefined);
  return matchTenant(rest, appId || DEFAULT_ID, routes);
}

function matchTenant(path: string, appId: string, routes: RouteIndex): PathMatch {
  const tenantEnd = endOfSegment(path);
  const route = routes.get(path.slice(tenantEnd));
  if (route === undefined) return UNKNOWN;
  const tenantId = path.slice(1, tenantEnd);
  if (!TENANT_ID.test(tenantId) || RESERVED_TENANT_IDS.has(tenantId)) return UNKNOWN;
  return found(route, appId, tenantId);
}

function found(route: string, appId: string, tenantId: string | undefined): RoutePath {
  return { kind: 'route', route, appId, tenantId: tenantId ?? DEFAULT_ID, hasTenantSegment: tenantId !== undefined };
}

function endOfSegment(path: string): number {
  const slash = path.indexOf('/', 1);
  return slash === -1 ? path.length : slash;
}

function decodePath(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (/%2f/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Without `.` and `..` segments (RFC 3986 5.2.4: never above the root), empty segments and trailing slashes. */
function resolveSegments(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return withoutTrailingSlashes(path);
  const resolved: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') resolved.pop();
    else if (segment !== '' && segment !== '.') resolved.push(segment);
  }
  return resolved.length === 0 ? '' : `/${resolved.join('/')}`;
}

function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

function belowBase(path: string, basePath: string): string | undefined {
  if (basePath === '') return path;
  if (!path.startsWith(basePath)) return undefined;
  const below = path.slice(basePath.length);
  return below === '' || below.startsWith('/') ? below : undefined;
}
