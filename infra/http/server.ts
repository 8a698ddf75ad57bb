import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { rejectMalformed } from './client-error.js';
import { trackConnections } from './connections.js';
import { acceptRequests, type RequestHandler } from './exchange.js';
import { listenOn } from './listen.js';

const MIB = 1024 * 1024;

export interface HttpServerOptions extends RequestHandler {
  /** `localhost` listens on both loopback families. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Of one body; beyond it 413. Default 16 MiB. */
  readonly maxBodyBytes?: number;
  /** Of all bodies in flight; beyond it 503. Default 256 MiB. */
  readonly maxBufferedBytes?: number;
  /** How long an idle connection stays open, in ms. Default 75 s: clients keep theirs for up to 60 s. */
  readonly keepAliveTimeout?: number;
  /** How long the head of a request may take to come in, in ms. Default 60 s. */
  readonly headersTimeout?: number;
  /** How long a whole request may take to come in, in ms. Default 5 min. */
  readonly requestTimeout?: number;
  /** In bytes. Default 32 KiB. */
  readonly maxHeaderSize?: number;
  /** Open connections; further ones are dropped. Default: no limit. */
  readonly maxConnections?: number;
}

export interface HttpServer {
  readonly port: number;
  /** The addresses it listens on. */
  readonly addresses: readonly string[];
  /**
   * Stops to accept, closes idle connections, lets running requests finish and cuts off what is left after the grace.
   *
   * @param graceMs in ms
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Serves whole requests over HTTP/1.1 (00-conventions.md 9, 10).
 *
 * @throws Error when it can't listen, with the possible reasons in its message
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const connections = trackConnections();
  const { maxBodyBytes = 16 * MIB, maxBufferedBytes = 256 * MIB, maxConnections = Number.POSITIVE_INFINITY } = options;
  const accept = acceptRequests(options, { maxBodyBytes, maxBufferedBytes }, connections);

  const create = (): Server => {
    const server = createServer({
      keepAliveTimeout: options.keepAliveTimeout ?? 75_000,
      headersTimeout: options.headersTimeout ?? 60_000,
      requestTimeout: options.requestTimeout ?? 300_000,
      maxHeaderSize: options.maxHeaderSize ?? 32 * 1024,
    });
    server.on('connection', (socket: Socket) => {
      if (connections.size < maxConnections) connections.opened(socket);
      else socket.destroy();
    });
    server.on('error', (error) => {
      if (server.listening) options.onError(error);
    });
    server.on('request', (request, response) => accept(request, response));
    server.on('checkContinue', (request, response) => accept(request, response, () => response.writeContinue()));
    server.on('clientError', (error, socket) => rejectMalformed(error, socket as Socket, connections));
    return server;
  };

  const { servers, port } = await listenOn(create, options.host, options.port);
  return { port, addresses: servers.map(addressOf), close };

  async function close(graceMs: number): Promise<void> {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    connections.endAll();
    const cutOff = setTimeout(() => connections.destroyAll(), graceMs);
    await Promise.all(closed);
    clearTimeout(cutOff);
  }
}

function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'string' ? address : (address?.address ?? '');
}
