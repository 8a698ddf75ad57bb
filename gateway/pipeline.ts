import { createHash } from 'node:crypto';
import type { CdiVersion } from '../domain/config/cdi-versions.js';
import { type Addressed, addressed, keyCache, type Route } from './admission.js';
import { failureReply } from './failure.js';
import { type AcceptedKeys, checkApiKey, presentedApiKey } from './http/api-key.js';
import { negotiateVersion } from './http/cdi-version.js';
import { type Reply, text } from './http/reply.js';
import { TEXTS } from './http/texts.js';
import { cdiRequest } from './request.js';
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

export type RequestHandler = (request: RawRequest) => Promise<Reply>;

const UNKNOWN_ROUTE = 'unknown';
/** The methods that an unknown path answers with a 404 rather than a 405. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE']);

/**
 * Makes the request handler: the steps of 00-conventions.md 1 in their order, which decides which error wins.
 */
export function pipeline(deps: GatewayDeps, routes: RouteTable): RequestHandler {
  const keysOf = keyCache(deps.base);

  return async (raw) => {
    const started = performance.now();
    const match = routes.match(raw.url);
    if (match.kind === 'outside-base-path') return text(404, TEXTS.notFound);
    if (match.kind === 'bad') return text(400, TEXTS.badPath);
    const route = match.kind === 'route' ? match : undefined;
    const target = addressed(deps, route, raw);
    const reply = 'refusal' in target ? target.refusal : await admitted(raw, route, target, started);
    deps.telemetry.request({
      method: raw.method,
      route: route?.route ?? UNKNOWN_ROUTE,
      status: reply.status,
      seconds: (performance.now() - started) / 1000,
    });
    return raw.method === 'HEAD' ? { ...reply, body: '' } : reply;
  };

  async function admitted(
    raw: RawRequest,
    route: Route | undefined,
    target: Addressed,
    started: number,
  ): Promise<Reply> {
    const correlationId = deps.uuid();
    const { appId, tenantId } = target.address;
    const fields = { correlationId, method: raw.method, route: route?.route ?? UNKNOWN_ROUTE, appId, tenantId };
    const reply = await answer(raw, route, target, fields);
    deps.logger.debug(
      { ...fields, status: reply.status, durationMs: Math.round(performance.now() - started) },
      'API ended',
    );
    if (target.app) deps.stats.count(target.app.appKey, deps.now());
    return reply;
  }

  async function answer(
    raw: RawRequest,
    route: Route | undefined,
    { address, appConfig }: Addressed,
    fields: { readonly correlationId: string },
  ): Promise<Reply> {
    const entry = route && routes.of(route.route);
    const presented = presentedApiKey(raw.headers);
    const keys = appConfig && keysOf(appConfig);
    const verdict = keys ? checkApiKey(presented, keys) : 'ok';
    if (verdict === 'refused' && entry && !entry.keyFree) return text(401, TEXTS.invalidApiKey);

    const negotiated = negotiateVersion({
      header: headerOf(raw, 'cdi-version'),
      min: (appConfig?.supertokens_min_cdi_version ?? undefined) as CdiVersion | undefined,
      max: (appConfig?.supertokens_max_cdi_version ?? undefined) as CdiVersion | undefined,
      versionFree: entry?.versionFree ?? false,
    });
    if ('error' in negotiated) return text(400, negotiated.error);
    const { version } = negotiated;
    deps.logger.debug({ ...fields, ...(entry?.versionFree ? {} : { version }) }, 'API called');

    const endpoint = entry?.endpoint(raw.method, headerOf(raw, 'rid'));
    if (!endpoint) {
      const isNotFound = !entry && METHODS.has(raw.method);
      return isNotFound ? text(404, TEXTS.notFound) : text(405, TEXTS.methodNotSupported);
    }
    const traceparent = headerOf(raw, 'traceparent');
    const request = cdiRequest(deps, {
      address,
      url: raw.url,
      rawBody: raw.rawBody,
      version,
      source: sourceOf(headerOf(raw, 'annals-source')),
      mayUseProtected: keys?.saasSecret === undefined || verdict === 'ok-saas-secret',
      meta: {
        correlationId: fields.correlationId,
        actor: actorOf(presented, keys),
        cdiVersion: version,
        ...(traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
      },
    });
    try {
      return await endpoint.handle(request);
    } catch (error) {
      return failureReply(error, deps.logger, fields);
    }
  }
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

function headerOf(raw: RawRequest, name: string): string | undefined {
  const value = raw.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const MAX_SOURCE_LENGTH = 256;

function sourceOf(header: string | undefined): string | null {
  return header?.trim().toLowerCase().slice(0, MAX_SOURCE_LENGTH) || null;
}

/** Names who called without giving the key away: the start of its digest tells keys apart. */
function actorOf(presented: string | undefined, keys: AcceptedKeys | undefined): string {
  if (presented === undefined || !keys || (keys.keys.length === 0 && keys.saasSecret === undefined)) return 'anonymous';
  return `api-key:${createHash('sha256').update(presented).digest('hex').slice(0, 12)}`;
}
