import { DEFAULT_ID } from '../domain/tenancy/ids.js';
import type { Logger } from '../infra/ports/logger.js';
import type { Readiness } from '../infra/ports/readiness.js';
import type { Telemetry } from '../infra/ports/telemetry.js';
import { addressed, keyCache, type Route } from './admission.js';
import { checkApiKey, presentedApiKey } from './http/api-key.js';
import { okRendered, type Reply, reply, text } from './http/reply.js';
import { TEXTS } from './http/texts.js';
import type { RawRequest, RequestHandler } from './pipeline.js';
import type { GatewayDeps } from './services.js';

/** What operators ask of a process, apart from the CDI. */
export interface OperationsDeps {
  readonly gateway: GatewayDeps;
  readonly readiness: () => Promise<Readiness>;
  /** The OpenAPI document as JSON text; made when it is first asked for. */
  readonly openApi: () => string;
}

/** An endpoint for operators: GET only, at exactly this path below the base path. */
export interface Operation {
  readonly path: string;
  readonly summary: string;
  readonly contentType: string;
  /** What it answers besides 200. */
  readonly failure?: { readonly status: number; readonly description: string };
  /** An API key is asked for if any is configured for the base app. */
  readonly needsKey?: true;
  answer(deps: OperationsDeps): Promise<Reply> | Reply;
}

const JSON_TYPE = 'application/json;charset=UTF-8';

/** The endpoints for operators. They win over tenants of the same names, whose other routes are not affected. */
export const operations: readonly Operation[] = [
  {
    path: '/livez',
    summary: 'Answers as long as the process can answer at all.',
    contentType: JSON_TYPE,
    answer: () => okRendered('{"status":"OK"}'),
  },
  {
    path: '/readyz',
    summary: 'Tells whether requests should be sent here: the log answers and no view is behind for more than 5 s.',
    contentType: JSON_TYPE,
    failure: { status: 503, description: 'Not ready. The body names the reasons.' },
    answer: async ({ readiness }) => readinessReply(await readiness()),
  },
  {
    path: '/metrics',
    summary: 'Measures of this process in the Prometheus text format.',
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    needsKey: true,
    answer: ({ gateway }) => metricsReply(gateway.telemetry),
  },
  {
    path: '/openapi.json',
    summary: 'The OpenAPI document of the service.',
    contentType: JSON_TYPE,
    answer: ({ openApi }) => okRendered(openApi()),
  },
];

/** The answer of `GET /readyz`. */
export function readinessReply({ reasons, parked }: Readiness): Reply {
  const status = reasons.length === 0 ? 'READY' : 'NOT_READY';
  const body = JSON.stringify({ status, reasons, parkedStreams: Object.fromEntries(parked) });
  return reply(status === 'READY' ? 200 : 503, JSON_TYPE, body);
}

/** The answer of `GET /metrics`. */
export async function metricsReply(telemetry: Telemetry): Promise<Reply> {
  const { contentType, body } = await telemetry.render();
  return reply(200, contentType, body);
}

const ROOT: Route = {
  kind: 'route',
  route: '/',
  appId: DEFAULT_ID,
  tenantId: DEFAULT_ID,
  hasTenantSegment: false,
};

/**
 * Answers the endpoints for operators and hands every other request on. The IP rules of the base tenant and the methods
 * of the CDI hold for them too; they are not counted among the requests of the app.
 */
export function withOperations(deps: OperationsDeps, next: RequestHandler): RequestHandler {
  const { base, logger } = deps.gateway;
  const byPath = new Map(operations.map((operation) => [`${base.base_path}${operation.path}`, operation]));
  const keysOf = keyCache(base);

  return async (raw) => {
    const operation = byPath.get(pathOf(raw.url));
    return operation ? answer(operation, raw) : next(raw);
  };

  async function answer(operation: Operation, raw: RawRequest): Promise<Reply> {
    const target = addressed(deps.gateway, ROOT, { host: undefined, remoteAddress: raw.remoteAddress });
    if ('refusal' in target) return target.refusal;
    const keys = keysOf(target.appConfig ?? base);
    if (operation.needsKey && checkApiKey(presentedApiKey(raw.headers), keys) === 'refused')
      return text(401, TEXTS.invalidApiKey);
    if (raw.method !== 'GET') return { ...text(405, TEXTS.methodNotSupported), ...(raw.method === 'HEAD' && NO_BODY) };
    return answerOrFail(operation, deps, logger);
  }
}

const NO_BODY = { body: '' };

async function answerOrFail(operation: Operation, deps: OperationsDeps, logger: Logger): Promise<Reply> {
  try {
    return await operation.answer(deps);
  } catch (err) {
    logger.error({ err, route: operation.path }, 'API threw an exception');
    return text(500, TEXTS.internalError);
  }
}

function pathOf(url: string): string {
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? url : url.slice(0, queryAt);
}
