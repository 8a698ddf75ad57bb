import type { IncomingMessage, ServerResponse } from 'node:http';
import { announcesBody, announcesTooMuch, type BodyLimits, type BodyRefusal, collectBody, NO_BODY } from './body.js';
import type { Connections } from './connections.js';
import { type HttpReply, type HttpRequest, headersOf, pathOf, wholeRequest } from './message.js';

/** Answers whole requests. */
export interface RequestHandler {
  handle(request: HttpRequest): Promise<HttpReply> | HttpReply;
  /** Told about faults of `handle` (the client gets a 500 without details) and of the sockets. */
  onError(error: unknown, request?: { readonly method: string; readonly path: string }): void;
}

/** Takes one request; `beforeBody` runs when its body is about to be read. */
export type AcceptRequest = (request: IncomingMessage, response: ServerResponse, beforeBody?: () => void) => void;

/** How long the rest of a refused body is read, so that the client sees the answer before the connection ends. */
const LINGER_MS = 1000;
const TEXT_TYPE = 'text/html;charset=UTF-8';
const INTERNAL_ERROR: HttpReply = { status: 500, contentType: TEXT_TYPE, body: 'Internal error\n' };
const NOT_IMPLEMENTED: HttpReply = { status: 501, contentType: TEXT_TYPE, body: 'Not implemented\n' };
const REFUSALS: Readonly<Record<BodyRefusal, HttpReply>> = {
  'too-large': { status: 413, contentType: TEXT_TYPE, body: 'Request body is too large\n' },
  overloaded: {
    status: 503,
    contentType: TEXT_TYPE,
    body: 'Too many requests at once\n',
    headers: { 'Retry-After': '1' },
  },
};
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH']);

/** Makes the listener that reads a request whole, has it answered and sends the answer. */
export function acceptRequests(handler: RequestHandler, limits: BodyLimits, connections: Connections): AcceptRequest {
  const budget = { used: 0 };

  const send = (request: IncomingMessage, response: ServerResponse, reply: HttpReply): void => {
    response.writeHead(reply.status, headersOf(reply, connections.isLast(request.socket)));
    response.end(request.method === 'HEAD' ? undefined : reply.body);
  };

  const fail = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    handler.onError(error, { method: request.method ?? '', path: pathOf(request) });
    if (response.headersSent) response.destroy();
    else send(request, response, INTERNAL_ERROR);
  };

  const finish = (request: IncomingMessage, response: ServerResponse, reply: HttpReply): void => {
    try {
      send(request, response, reply);
    } catch (error) {
      fail(request, response, error);
    }
  };

  const run = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    connections.running(request.socket);
    let reply: Promise<HttpReply> | HttpReply;
    try {
      reply = handler.handle(wholeRequest(request, body));
    } catch (error) {
      fail(request, response, error);
      return;
    }
    if (reply instanceof Promise) {
      reply.then(
        (settled) => finish(request, response, settled),
        (error) => fail(request, response, error),
      );
    } else {
      finish(request, response, reply);
    }
  };

  const runWithoutBody = (request: IncomingMessage, response: ServerResponse): void => {
    response.once('close', () => connections.finished(request.socket, true));
    run(request, response, NO_BODY);
  };

  const runWithBody = (request: IncomingMessage, response: ServerResponse): void => {
    let received = false;
    const release = collectBody(request, limits, budget, {
      received: (body) => {
        received = true;
        run(request, response, body);
      },
      refused: (reason) => refuse(request, response, REFUSALS[reason]),
    });
    connections.receiving(request.socket);
    response.once('close', () => {
      release();
      connections.finished(request.socket, received);
    });
  };

  return (request, response, beforeBody) => {
    const { method = '' } = request;
    if (!METHODS.has(method)) {
      refuse(request, response, NOT_IMPLEMENTED);
    } else if (method === 'GET' || method === 'HEAD' || !announcesBody(request)) {
      runWithoutBody(request, response);
    } else if (announcesTooMuch(request, limits)) {
      refuse(request, response, REFUSALS['too-large']);
    } else {
      beforeBody?.();
      runWithBody(request, response);
    }
  };
}

/** Answers at once, and ends the connection once the client has stopped to send. */
function refuse(request: IncomingMessage, response: ServerResponse, reply: HttpReply): void {
  response.writeHead(reply.status, headersOf(reply, true));
  response.write(reply.body);
  const linger = setTimeout(() => response.end(), LINGER_MS);
  request.once('end', () => response.end()).resume();
  response.once('close', () => clearTimeout(linger));
}
