import { z } from 'zod';
import { acceptedKeys, checkApiKey, presentedApiKey } from '../../gateway/http/api-key.js';
import { okRendered, type Reply, text } from '../../gateway/http/reply.js';
import { TEXTS } from '../../gateway/http/texts.js';
import { metricsReply, readinessReply } from '../../gateway/operations.js';
import type { HttpRequest } from '../../infra/http/message.js';
import { type HttpServer, startHttpServer } from '../../infra/http/server.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { Readiness } from '../../infra/ports/readiness.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import {
  INTERNAL_PATHS,
  MAX_MESSAGE_BYTES,
  PING_EVERY_MS,
  PROTOCOL,
  PROTOCOL_HEADER,
} from '../../infra/wire/protocol.js';
import { pause } from '../service/process-parts.js';

/** What other services of the installation ask of this one: JSON in, JSON text out. */
export interface InternalEndpoint {
  readonly path: string;
  /** @returns the answer, or why it was not taken: the caller asks another process then */
  answer(body: unknown): Promise<InternalAnswer>;
}

export type InternalAnswer =
  | { readonly status: 'OK'; readonly json: string }
  | { readonly status: 'REFUSED'; readonly reason: string }
  | { readonly status: 'MALFORMED'; readonly reason: string };

export interface InternalServerOptions {
  readonly host: string;
  readonly port: number;
  /** Those that are accepted. */
  readonly keys: readonly string[];
  readonly endpoints: readonly InternalEndpoint[];
  readonly readiness: () => Promise<Readiness>;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  /** By ms; the timers of the process by default. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * How long a process that is to stop refuses what it is asked before it closes, in ms: until everybody has sent it a ping
 * and asks others.
 */
const DRAIN_MS = PING_EVERY_MS + 250;
const REQUEST_GRACE_MS = 5_000;
const STOPPING = 'this process is about to stop';

/** Serves the other services of the installation, and operators: `/livez`, `/readyz`, `/metrics`. */
export async function startInternalServer(options: InternalServerOptions): Promise<HttpServer> {
  const { readiness, telemetry, logger, sleep = pause } = options;
  const keys = acceptedKeys(options.keys.join(','), undefined);
  const byPath = new Map(options.endpoints.map((endpoint) => [endpoint.path, endpoint]));
  let isStopping = false;

  async function operation(path: string, request: HttpRequest): Promise<Reply | undefined> {
    if (path === '/livez') return okRendered('{"status":"OK"}');
    if (path === '/readyz') return readinessReply(await ready());
    if (path !== '/metrics') return undefined;
    return isKnown(request) ? metricsReply(telemetry) : text(401, TEXTS.invalidApiKey);
  }

  async function ready(): Promise<Readiness> {
    const { reasons, parked } = await readiness();
    return { reasons: isStopping ? [...reasons, STOPPING] : reasons, parked };
  }

  const isKnown = ({ headers }: HttpRequest): boolean => checkApiKey(presentedApiKey(headers), keys) === 'ok';

  async function handle(request: HttpRequest): Promise<Reply> {
    const [path = ''] = request.url.split('?', 1);
    if (request.method === 'GET') return (await operation(path, request)) ?? text(404, TEXTS.notFound);
    if (!isKnown(request)) return text(401, TEXTS.invalidApiKey);
    if (request.headers[PROTOCOL_HEADER] !== PROTOCOL)
      return text(503, `this process speaks version ${PROTOCOL} of the protocol between services`);
    if (isStopping) return text(503, STOPPING);
    if (path === INTERNAL_PATHS.ping) return okRendered('{}');
    const endpoint = byPath.get(path);
    if (!endpoint || request.method !== 'POST') return text(404, TEXTS.notFound);
    const body = jsonOf(request.rawBody);
    if (body === undefined) return text(400, 'the body has to be JSON');
    const started = performance.now();
    const reply = replyOf(await endpoint.answer(body), path);
    const seconds = (performance.now() - started) / 1000;
    telemetry.request({ method: 'POST', route: path, status: reply.status, seconds });
    return reply;
  }

  function replyOf(answer: InternalAnswer, path: string): Reply {
    if (answer.status === 'OK') return okRendered(answer.json);
    if (answer.status === 'MALFORMED')
      logger.error({ path, reason: answer.reason }, 'a service sent what is no message');
    return text(answer.status === 'REFUSED' ? 503 : 400, answer.reason);
  }

  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    maxBodyBytes: MAX_MESSAGE_BYTES,
    handle,
    onError: (err, request) => logger.error({ err, ...request }, 'request failed'),
  });
  return {
    ...server,
    async close() {
      isStopping = true;
      await sleep(DRAIN_MS);
      await server.close(REQUEST_GRACE_MS);
    },
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Reads a message by its schema. */
export function messageOf<S extends z.ZodType>(
  schema: S,
  body: unknown,
): { readonly ok: true; readonly message: z.output<S> } | { readonly ok: false; readonly answer: InternalAnswer } {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, message: parsed.data };
  return { ok: false, answer: { status: 'MALFORMED', reason: z.prettifyError(parsed.error).slice(0, 300) } };
}
