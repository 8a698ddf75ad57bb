import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../../../test/browser/front-end/main.tsx', import.meta.url));
const SCRIPT = '/main.js';

/** The path of a page with nothing in it. */
export const BLANK_PAGE = '/blank';

/** The website of an app: one page for every address, with the prebuilt UI in it. */
export interface Website {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Bundles the front end and serves it on a free port of the loopback interface.
 *
 * @param api where the app answers; asked for each page
 */
export async function startWebsite(api: () => string): Promise<Website> {
  const script = await bundled();
  const server = createServer(({ url: path }, response) => {
    if (path === SCRIPT) {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'max-age=3600' });
      response.end(script);
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(path === BLANK_PAGE ? '' : page(api()));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => closed(server),
  };
}

async function bundled(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  if (!script) throw new Error('esbuild made no bundle');
  return script.contents;
}

const page = (api: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Shop</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div id="root" data-api="${api}"></div>
    <script src="${SCRIPT}"></script>
  </body>
</html>`;

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
