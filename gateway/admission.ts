import type { CoreConfig } from '../domain/config/options.js';
import { type AppState, tenantAt } from '../domain/tenancy/app.js';
import { connectionUriDomainOfHost, type TenantAddress } from '../domain/tenancy/ids.js';
import { type AcceptedKeys, acceptedKeys } from './http/api-key.js';
import { ipAllowed } from './http/ip-rules.js';
import type { PathMatch } from './http/path.js';
import { type Reply, text } from './http/reply.js';
import { TEXTS } from './http/texts.js';
import type { GatewayDeps } from './services.js';

export type Route = Extract<PathMatch, { kind: 'route' }>;

/** Where a request that matches no route goes: the root route, which answers 404 (00-conventions.md 2.2). */
const UNMATCHED = { appId: 'public', tenantId: 'public' } as const;

/** Well above the 64 characters that ids may have; in characters. */
const MAX_ID_IN_PATH = 128;

/** What a request is addressed to. An app that does not exist has neither config nor keys. */
export interface Addressed {
  readonly address: TenantAddress;
  readonly app: AppState | undefined;
  /** That of the app's public tenant. */
  readonly appConfig: CoreConfig | undefined;
}

/**
 * Finds out what a request is addressed to, and whether its peer may call there (00-conventions.md 3, 7).
 *
 * @returns the answer to a request that gets no further
 */
export function addressed(
  deps: GatewayDeps,
  route: Route | undefined,
  peer: { readonly host: string | undefined; readonly remoteAddress: string | undefined },
): Addressed | { readonly refusal: Reply } {
  const cud = connectionUriDomain(deps, peer.host);
  const loadOnly = deps.base.supertokens_saas_load_only_cud;
  if (loadOnly !== null && cud !== '' && cud !== loadOnly)
    return { refusal: text(400, TEXTS.connectionUriDomainDisallowed) };
  const { appId, tenantId } = route ?? UNMATCHED;
  const address: TenantAddress = { cud, appId: bounded(appId), tenantId: bounded(tenantId) };
  const app = deps.registry.app(cud, address.appId);
  const appConfig = app && configOf(deps, { ...address, tenantId: 'public' }, deps.base);
  const rules = app && appConfig && (tenantAt(app, address) ? configOf(deps, address, appConfig) : appConfig);
  if (rules && !ipAllowed({ allow: rules.ip_allow_regex, deny: rules.ip_deny_regex }, peer.remoteAddress))
    return { refusal: text(403, TEXTS.ipNotAllowed) };
  return { address, app, appConfig };
}

/** An id of a path. One that is longer than any that exists is cut: it still names nothing, and no work grows with it. */
function bounded(id: string): string {
  return id.slice(0, MAX_ID_IN_PATH);
}

function connectionUriDomain({ registry }: GatewayDeps, host: string | undefined): string {
  if (host === undefined) return '';
  const named = connectionUriDomainOfHost(host);
  return registry.hasConnectionUriDomain(named) ? named : '';
}

/** The effective config; where the stored one is invalid, the next outer one, so that keys and rules never fall away. */
function configOf({ registry }: GatewayDeps, address: TenantAddress, outer: CoreConfig): CoreConfig {
  const effective = registry.config(address);
  return effective.status === 'OK' ? effective.config : outer;
}

/** Prepares the accepted keys of a config once. */
export function keyCache(base: CoreConfig): (config: CoreConfig) => AcceptedKeys {
  const prepared = new WeakMap<CoreConfig, AcceptedKeys>();
  return (config) => {
    let keys = prepared.get(config);
    if (!keys) {
      keys = acceptedKeys(config.api_keys, base.supertokens_saas_secret);
      prepared.set(config, keys);
    }
    return keys;
  };
}
