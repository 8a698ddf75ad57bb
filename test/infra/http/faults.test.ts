import { expect } from 'chai';
import type { HttpReply } from '../../../infra/http/message.js';
import type { HttpServer } from '../../../infra/http/server.js';
import { call, gate, plain, serve, wire } from './client.js';

describe('HTTP server: faults', () => {
  let server: HttpServer;
  const start = async (options: Parameters<typeof serve>[0] = {}): Promise<number> => {
    server = await serve(options);
    return server.port;
  };
  afterEach(() => server.close(0));

  const faulty: Array<readonly [string, () => Promise<HttpReply> | HttpReply]> = [
    [
      'an exception',
      () => {
        throw new Error('secret detail');
      },
    ],
    ['a rejection', () => Promise.reject(new Error('secret detail'))],
    ['a reply that can not be sent', () => ({ ...plain('x\n'), headers: { Location: 'a\r\nb' } })],
  ];
  for (const [name, handle] of faulty) {
    it(`hides ${name} behind a 500, and tells the path without its query`, async () => {
      const told: unknown[] = [];
      const port = await start({ handle, onError: (error, where) => told.push(error, where) });
      const answer = await call(port, { path: '/recipe/x?email=a', method: 'POST' }, 'b');
      expect(answer).to.include({ status: 500, body: 'Internal error\n' });
      expect(told[0]).to.be.instanceOf(Error);
      expect(told[1]).to.deep.equal({ method: 'POST', path: '/recipe/x' });
    });
  }

  it('goes on after clients that went away, with half a body or before the answer', async () => {
    const arrived = gate();
    const answered = gate();
    const port = await start({
      handle: async ({ url }) => {
        if (url === '/slow') {
          arrived.open();
          await answered.opened;
        }
        return plain('ok\n');
      },
    });
    const half = await wire(port);
    half.socket.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    half.socket.resetAndDestroy();
    const early = await wire(port);
    early.socket.write('GET /slow HTTP/1.1\r\nHost: h\r\n\r\n');
    await arrived.opened;
    early.socket.resetAndDestroy();
    await early.closed;
    answered.open();
    expect(await call(port, { path: '/' })).to.include({ status: 200 });
  });

  for (const [name, sent, status] of [
    ['garbage', '\x16\x03\x01\x02 nonsense\r\n\r\n', 400],
    ['a broken header', 'GET / HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['a broken chunk', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
    ['an unknown verb', 'BREW / HTTP/1.1\r\nHost: h\r\n\r\n', 501],
    ['a verb of another protocol', 'PROPFIND / HTTP/1.1\r\nHost: h\r\n\r\n', 501],
    ['too long a header', `GET / HTTP/1.1\r\nHost: h\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
  ] as const) {
    it(`answers ${name} with ${status} and closes`, async () => {
      const port = await start();
      const { socket, closed } = await wire(port);
      socket.end(sent);
      expect(await closed).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
    });
  }

  it('sends the answer that is due before it closes a connection that went bad', async () => {
    const arrived = gate();
    const mayAnswer = gate();
    const port = await start({
      handle: async ({ url }) => {
        arrived.open();
        await mayAnswer.opened;
        return plain(`done ${url}\n`);
      },
    });
    const { socket, closed } = await wire(port);
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n');
    await arrived.opened;
    socket.write('\0\0\0\r\n\r\n');
    const other = await call(port, { path: '/2', method: 'PROPFIND' });
    expect(other.status).to.equal(501);
    mayAnswer.open();
    expect(await closed).to.match(/^HTTP\/1\.1 200 [\s\S]*done \/1\n$/);
  });

  it('takes headers of 16 KiB and more', async () => {
    const port = await start();
    expect(await call(port, { path: '/', headers: { x: 'y'.repeat(20_000) } })).to.include({ status: 200 });
  });
});
