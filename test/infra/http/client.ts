import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type HttpServer, type HttpServerOptions, startHttpServer } from '../../../infra/http/server.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A reply that tells the text it carries. */
export const plain = (body: string) => ({ status: 200, contentType: 'text/html;charset=UTF-8', body });

/** Starts a server on a free port of 127.0.0.1 whose faults fail the test that caused them. */
export function serve(options: Partial<HttpServerOptions>): Promise<HttpServer> {
  return startHttpServer({
    host: '127.0.0.1',
    port: 0,
    handle: (given) => plain(`${given.method} ${given.url} ${given.rawBody.toString()}\n`),
    onError: (error) => {
      throw error;
    },
    ...options,
  });
}

/** One request over a connection of its own, unless an agent is given. */
export async function call(
  port: number,
  options: RequestOptions & { readonly path: string },
  body?: string | Buffer,
): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, agent: new Agent(), ...options });
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, body: text };
}

/** A raw connection and everything that comes over it. */
export interface Wire {
  readonly socket: Socket;
  /** What came until the server closed the connection. */
  readonly closed: Promise<string>;
  /** Waits until a text has come. */
  until(text: string): Promise<string>;
}

export async function wire(port: number, host = '127.0.0.1'): Promise<Wire> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  let received = '';
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(received));
  });
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  return {
    socket,
    closed,
    async until(text) {
      while (!received.includes(text)) await once(socket, 'data');
      return received;
    },
  };
}

/** A promise and the function that settles it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
