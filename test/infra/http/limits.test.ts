import { expect } from 'chai';
import type { HttpServer } from '../../../infra/http/server.js';
import { call, gate, plain, serve, wire } from './client.js';

describe('HTTP server: limits', () => {
  let server: HttpServer;
  const start = async (options: Parameters<typeof serve>[0] = {}): Promise<number> => {
    server = await serve(options);
    return server.port;
  };
  afterEach(() => server.close(0));

  it('refuses a body that is announced too large at once, and closes', async () => {
    const port = await start({ maxBodyBytes: 10 });
    const { socket, until, closed } = await wire(port);
    socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n');
    expect(await until('too large\n')).to.match(
      /^HTTP\/1\.1 413 [\s\S]*Connection: close[\s\S]*Request body is too large\n$/,
    );
    socket.end('x'.repeat(11));
    await closed;
  });

  it('refuses a body that grows too large', async () => {
    const port = await start({ maxBodyBytes: 10 });
    const sent = (body: string) =>
      call(port, { path: '/', method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } }, body);
    expect(await sent('x'.repeat(10))).to.include({ status: 200 });
    expect(await sent('x'.repeat(11))).to.include({ status: 413, body: 'Request body is too large\n' });
  });

  it('does not ask for a body that is too large', async () => {
    const port = await start({ maxBodyBytes: 10 });
    const { socket, until } = await wire(port);
    socket.write('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n');
    expect(await until('too large\n')).to.match(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('refuses bodies beyond what all requests may hold together, until one of them is answered', async () => {
    const arrived = gate();
    const mayAnswer = gate();
    const port = await start({
      maxBufferedBytes: 10,
      handle: async ({ url }) => {
        if (url === '/slow') {
          arrived.open();
          await mayAnswer.opened;
        }
        return plain('ok\n');
      },
    });
    const slow = call(port, { path: '/slow', method: 'POST' }, '12345678');
    await arrived.opened;
    const refused = await call(port, { path: '/', method: 'POST' }, '123');
    expect(refused).to.include({ status: 503, body: 'Too many requests at once\n' });
    expect(refused.headers['retry-after']).to.equal('1');
    expect(await call(port, { path: '/', method: 'POST' }, '12')).to.include({ status: 200 });
    mayAnswer.open();
    expect(await slow).to.include({ status: 200 });
    expect(await call(port, { path: '/', method: 'POST' }, '1234567890')).to.include({ status: 200 });
  });

  it('gives back what an aborted body held', async () => {
    const port = await start({ maxBufferedBytes: 10 });
    for (let i = 0; i < 5; i++) {
      const { socket, closed } = await wire(port);
      socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n12345678');
      socket.end();
      await closed;
    }
    expect(await call(port, { path: '/', method: 'POST' }, '1234567890')).to.include({ status: 200 });
  });

  it('drops connections beyond the limit', async () => {
    const port = await start({ maxConnections: 1 });
    const first = await wire(port);
    first.socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n');
    await first.until('GET /1 \n');
    const second = await wire(port);
    expect(await second.closed).to.equal('');
    first.socket.destroy();
  });
});
