import { connect, type Socket } from 'node:net';

/** One keep-alive connection that carries one request at a time: as little client as possible. */
export interface Connection {
  /** Sends a request and resolves with the body of its answer. Rejects unless the status is 200. */
  request(method: string, path: string, body?: string): Promise<string>;
  close(): void;
}

/** Opens a connection to a port of this machine. */
export function openConnection(port: number, headers: Readonly<Record<string, string>> = {}): Promise<Connection> {
  const extra = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let waiting: { resolve(body: string): void; reject(error: Error): void } | undefined;
    let received = '';

    const fail = (error: Error) => {
      const pending = waiting;
      waiting = undefined;
      pending?.reject(error);
    };

    socket.setEncoding('latin1');
    socket.once('error', (error) => {
      fail(error);
      reject(error);
    });
    socket.once('close', () => fail(new Error('connection closed')));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (received.length < headEnd + 4 + length) return;
      const body = received.slice(headEnd + 4, headEnd + 4 + length);
      const status = received.slice(9, 12);
      received = '';
      const pending = waiting;
      waiting = undefined;
      if (status === '200') pending?.resolve(body);
      else pending?.reject(new Error(`${status}: ${body}`));
    });
    socket.once('connect', () =>
      resolve({
        request(method, path, body = '') {
          return new Promise((done, failed) => {
            waiting = { resolve: done, reject: failed };
            const type = body === '' ? '' : 'Content-Type: application/json; charset=utf-8\r\n';
            socket.write(
              `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${extra}${type}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
            );
          });
        },
        close: () => socket.destroy(),
      }),
    );
  });
}
