import { createHash } from 'node:crypto';
import { ContentionError } from '../command-service/unit-of-work.js';
import type { CoreConfig } from '../domain/config/options.js';
import { tenantAt } from '../domain/tenancy/app.js';
import { connectionUriDomainOfHost, type TenantAddress } from '../domain/tenancy/ids.js';
import { TooLargeError } from '../infra/ports/event-log.js';
import { FirebaseSignerKeyMissingError, HasherOverloadedError } from '../infra/ports/password-hasher.js';
import { TokenMinterOverloadedError } from '../infra/ports/tokens.js';
import { type AcceptedKeys, acceptedKeys, checkApiKey, presentedApiKey } from './http/api-key.js';
import { type CdiVersion, negotiateVersion } from './http/cdi-version.js';
import { ipAllowed } from './http/ip-rules.js';
import type { PathMatch } from './http/path.js';
import { type Reply, text } from './http/reply.js';
import { TEXTS } from './http/texts.js';
import { Refusal } from './refusal.js';
import { cdiRequest } from './request.js';
import type { RequestStats } from './request-stats.js';
import type { RouteTable } from './routes.js';
import type { GatewayDeps } from './services.js';

/** A request as the HTTP server hands it over. */
export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly host: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly rawBody: Buffer;
}

type Route = Extract<PathMatch, { kind: 'route' }>;

/** Where a request that matches no route goes: the root route, which answers 404 (00-conventions.md 2.2). */
const UNMATCHED = { appId: 'public', tenantId: 'public' } as const;

/**
 * Makes the request handler: the steps of 00-conventions.md 1 in their order, which decides which error wins.
 */
export function pipeline(
  deps: GatewayDeps,
  routes: RouteTable,
  stats: RequestStats,
): (request: RawRequest) => Promise<Reply> {
  const keysOf = keyCache();

  return async (raw) => {
    const started = performance.now();
    const match = routes.match(raw.url);
    if (match.kind === 'outside-base-path') return text(404, TEXTS.notFound);
    if (match.kind === 'bad') return text(400, TEXTS.badPath);
    const route = match.kind === 'route' ? match : undefined;
    const reply = await answer(raw, route);
    const label = route?.route ?? 'unknown';
    deps.telemetry.request({
      method: raw.method,
      route: label,
      status: reply.status,
      seconds: (performance.now() - started) / 1000,
    });
    return raw.method === 'HEAD' ? { ...reply, body: '' } : reply;
  };

  async function answer(raw: RawRequest, route: Route | undefined): Promise<Reply> {
    const cud = connectionUriDomain(raw.host);
    const loadOnly = deps.base.supertokens_saas_load_only_cud;
    if (loadOnly !== null && cud !== '' && cud !== loadOnly) return text(400, TEXTS.connectionUriDomainDisallowed);
    const { appId, tenantId } = route ?? UNMATCHED;
    const address: TenantAddress = { cud, appId, tenantId };
    const app = deps.registry.app(cud, appId);
    const appConfig = app && configOf({ ...address, tenantId: 'public' });
    const config = (app && tenantAt(app, address) && configOf(address)) || appConfig;
    if (config && !ipAllowed({ allow: config.ip_allow_regex, deny: config.ip_deny_regex }, raw.remoteAddress))
      return text(403, TEXTS.ipNotAllowed);

    const entry = route && routes.of(route.route);
    const presented = presentedApiKey(raw.headers);
    const keys = appConfig && keysOf(appConfig, deps.base);
    const verdict = keys ? checkApiKey(presented, keys) : 'ok';
    const reply = await (async () => {
      if (verdict === 'refused' && !(entry?.keyFree ?? true)) return text(401, TEXTS.invalidApiKey);
      const version = negotiateVersion({
        header: headerOf(raw, 'cdi-version'),
        min: (appConfig?.supertokens_min_cdi_version ?? undefined) as CdiVersion | undefined,
        max: (appConfig?.supertokens_max_cdi_version ?? undefined) as CdiVersion | undefined,
        versionFree: entry?.versionFree ?? true,
      });
      if ('error' in version) return text(400, version.error);
      const correlationId = deps.uuid();
      deps.logger.debug({ correlationId, method: raw.method, route: route?.route ?? 'unknown' }, 'API called');
      const endpoint = entry?.endpoint(raw.method, headerOf(raw, 'rid'));
      if (!endpoint) {
        const isKnownMethod = ['GET', 'POST', 'PUT', 'DELETE'].includes(raw.method);
        return route || !isKnownMethod ? text(405, TEXTS.methodNotSupported) : text(404, TEXTS.notFound);
      }
      const traceparent = headerOf(raw, 'traceparent');
      const request = cdiRequest(deps, {
        address,
        url: raw.url,
        rawBody: raw.rawBody,
        version: version.version,
        mayUseProtected: keys?.saasSecret === undefined || verdict === 'ok-saas-secret',
        meta: {
          correlationId,
          actor: actorOf(presented, keys),
          cdiVersion: version.version,
          ...(traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
        },
      });
      try {
        return await endpoint.handle(request);
      } catch (error) {
        return failure(deps, error, endpoint.path, correlationId);
      }
    })();
    if (app) stats.count(app.appKey, deps.now());
    return reply;
  }

  function connectionUriDomain(host: string | undefined): string {
    if (host === undefined) return '';
    const named = connectionUriDomainOfHost(host);
    return deps.registry.hasConnectionUriDomain(named) ? named : '';
  }

  function configOf(address: TenantAddress): CoreConfig | undefined {
    const effective = deps.registry.config(address);
    return effective.status === 'OK' ? effective.config : undefined;
  }
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

function headerOf(raw: RawRequest, name: string): string | undefined {
  const value = raw.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function keyCache(): (config: CoreConfig, base: CoreConfig) => AcceptedKeys {
  const prepared = new WeakMap<CoreConfig, AcceptedKeys>();
  return (config, base) => {
    let keys = prepared.get(config);
    if (!keys) {
      keys = acceptedKeys(config.api_keys, base.supertokens_saas_secret);
      prepared.set(config, keys);
    }
    return keys;
  };
}

/** Names who called without giving the key away: the start of its digest tells keys apart. */
function actorOf(presented: string | undefined, keys: AcceptedKeys | undefined): string {
  if (presented === undefined || !keys || (keys.keys.length === 0 && keys.saasSecret === undefined)) return 'anonymous';
  return `api-key:${createHash('sha256').update(presented).digest('hex').slice(0, 12)}`;
}

function failure(deps: GatewayDeps, error: unknown, route: string, correlationId: string): Reply {
  if (error instanceof Refusal) return error.reply;
  if (error instanceof HasherOverloadedError)
    return text(503, error.message, { 'Retry-After': String(error.retryAfterSeconds) });
  if (error instanceof TokenMinterOverloadedError || error instanceof ContentionError)
    return text(503, 'Too many requests at once. Please try again', { 'Retry-After': '1' });
  if (error instanceof TooLargeError) return text(400, 'Input is too large to be stored');
  deps.logger.error({ err: error, route, correlationId }, 'API threw an exception');
  if (error instanceof FirebaseSignerKeyMissingError) return text(500, error.message);
  return text(500, TEXTS.internalError);
}
