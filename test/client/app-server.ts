import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { init } from 'supertokens-node';
import { errorHandler, middleware } from 'supertokens-node/framework/express';
import { backend } from './app-backend.js';
import { APP_CONFIG, type AppConfig, type AppListens } from './app-config.js';
import { allowWebsite } from './app-cors.js';
import { appObservations, observationRoutes } from './app-observations.js';
import { recipesOf } from './app-recipes.js';
import { roleRoutes } from './app-roles.js';
import { sessionRoutes } from './app-session-routes.js';

const NO_WEBSITE = 'http://127.0.0.1:3000';

/** An Express app as an integrator would write it, in a process of its own: the SDK allows one configuration per process. */
function start(config: AppConfig): void {
  const app = express();
  const server = createServer(app);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    const observations = appObservations();
    const websiteDomain = config.websiteUrl ?? NO_WEBSITE;
    init({
      framework: 'express',
      telemetry: false,
      supertokens: {
        connectionURI: config.connectionUri,
        networkInterceptor: observations.interceptor,
        ...(config.apiKey === undefined ? {} : { apiKey: config.apiKey }),
      },
      appInfo: { appName: 'Client test', apiDomain: `http://127.0.0.1:${port}`, websiteDomain },
      recipeList: recipesOf(config, observations),
    });
    if (config.websiteUrl !== undefined) app.use(allowWebsite(config.websiteUrl));
    app.use(middleware());
    app.use(express.json());
    app.use(sessionRoutes());
    app.use(roleRoutes());
    app.use(observationRoutes(observations));
    app.post('/backend/:name', async (request, response) => {
      response.json({ result: await backend(request.params.name, request.body) });
    });
    app.use(errorHandler());
    app.use(failed);
    process.send?.({ port } satisfies AppListens);
  });
}

const failed: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(500).json({ failure: error instanceof Error ? error.message : String(error) });
};

process.once('disconnect', () => process.exit(0));
start(JSON.parse(process.env[APP_CONFIG] ?? '') as AppConfig);
