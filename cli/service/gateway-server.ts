import { endpoints } from '../../gateway/endpoints.js';
import { openApiDocument } from '../../gateway/openapi.js';
import { withOperations } from '../../gateway/operations.js';
import { pipeline, type RequestHandler } from '../../gateway/pipeline.js';
import { routeTable } from '../../gateway/routes.js';
import type { GatewayDeps } from '../../gateway/services.js';
import { type HttpServer, startHttpServer } from '../../infra/http/server.js';
import type { Readiness } from '../../infra/ports/readiness.js';

/**
 * Serves the CDI and the endpoints for operators.
 *
 * @param admit is asked before each request of the CDI: what it gives is the answer
 */
export function startGatewayServer(
  gateway: GatewayDeps,
  readiness: () => Promise<Readiness>,
  admit: () => Awaited<ReturnType<RequestHandler>> | undefined = () => undefined,
): Promise<HttpServer> {
  const { base, logger } = gateway;
  const answer = pipeline(gateway, routeTable(endpoints, base.base_path));
  return startHttpServer({
    host: base.host,
    port: base.port,
    handle: withOperations(
      { gateway, readiness, openApi: once(() => JSON.stringify(openApiDocument(endpoints))) },
      async (request) => admit() ?? answer(request),
    ),
    onError: (err, request) => logger.error({ err, ...request }, 'request failed'),
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
