import type { Endpoint } from './endpoint.js';
import { indexRoutes, type PathMatch, parsePath } from './http/path.js';

/** The endpoints of the service, found by path, method and `rid`. */
export interface RouteTable {
  readonly endpoints: readonly Endpoint[];
  match(url: string): PathMatch;
  /** All endpoints of a route: their methods, and whether they are exempt from key and version rules. */
  of(route: string): RouteEntry;
}

/** What one route offers. */
export interface RouteEntry {
  readonly keyFree: boolean;
  readonly versionFree: boolean;
  /** Of the endpoints that `rid` chooses, or by default the first one's, the one for the method. */
  endpoint(method: string, rid: string | undefined): Endpoint | undefined;
}

/** Builds the table. `basePath` is normalised: empty, or with a leading slash. */
export function routeTable(endpoints: readonly Endpoint[], basePath: string): RouteTable {
  const byRoute = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const known = byRoute.get(endpoint.path);
    if (known) known.push(endpoint);
    else byRoute.set(endpoint.path, [endpoint]);
  }
  const index = indexRoutes(byRoute.keys());
  const entries = new Map([...byRoute].map(([path, own]) => [path, entryOf(own)]));
  return {
    endpoints,
    match: (url) => parsePath(url, basePath, index),
    of(route) {
      const entry = entries.get(route);
      if (!entry) throw new Error(`no endpoints for route ${route}`);
      return entry;
    },
  };
}

function entryOf(endpoints: readonly Endpoint[]): RouteEntry {
  const byRid = new Map<string, Map<string, Endpoint>>();
  for (const endpoint of endpoints) {
    const rid = endpoint.rid ?? '';
    byRid.set(rid, (byRid.get(rid) ?? new Map()).set(endpoint.method, endpoint));
  }
  const [byDefault = new Map<string, Endpoint>()] = byRid.values();
  return {
    keyFree: endpoints.every((endpoint) => endpoint.keyFree),
    versionFree: endpoints.every((endpoint) => endpoint.versionFree),
    endpoint: (method, rid) => (byRid.get(rid ?? '') ?? byDefault).get(method),
  };
}
