import { once } from 'node:events';
import { request } from 'node:http';
import { expect } from 'chai';
import { type Reply, text } from '../../../gateway/http/reply.js';
import type { HttpReply, HttpRequest } from '../../../infra/http/message.js';
import type { HttpServer } from '../../../infra/http/server.js';
import { call, gate, plain, serve, wire } from './client.js';

describe('HTTP server: requests and replies', () => {
  let server: HttpServer;
  const start = async (options: Parameters<typeof serve>[0] = {}): Promise<number> => {
    server = await serve(options);
    return server.port;
  };
  afterEach(() => server.close(0));

  it('hands over method, target, headers, peer, host and body', async () => {
    const seen: HttpRequest[] = [];
    const port = await start({
      handle: (given) => {
        seen.push(given);
        return plain('ok\n');
      },
    });
    await call(port, { method: 'PUT', path: '/A%20b?c=D', headers: { 'API-Key': 'k' } }, '{"ä":1}');
    expect(seen[0]).to.include({ method: 'PUT', url: '/A%20b?c=D', remoteAddress: '127.0.0.1' });
    expect(seen[0]?.host).to.equal(`127.0.0.1:${port}`);
    expect(seen[0]?.headers['api-key']).to.equal('k');
    expect(seen[0]?.rawBody.toString()).to.equal('{"ä":1}');
  });

  it('sends status, content type, length, headers and body', async () => {
    const reply: Reply = text(403, 'nö', { 'Cache-Control': 'max-age=5' });
    const port = await start({ handle: async (): Promise<HttpReply> => reply });
    const answer = await call(port, { path: '/' });
    expect(answer).to.include({ status: 403, body: 'nö\n' });
    expect(answer.headers).to.include({
      'content-type': 'text/html;charset=UTF-8',
      'content-length': '4',
      'cache-control': 'max-age=5',
    });
    expect(answer.headers).not.to.have.any.keys('etag', 'allow', 'access-control-allow-origin', 'set-cookie');
  });

  it('takes chunked bodies, also of many tiny pieces', async () => {
    const port = await start();
    const sent = request({ host: '127.0.0.1', port, path: '/', method: 'POST' });
    for (let i = 0; i < 5000; i++) sent.write(String(i % 10));
    sent.end();
    const [response] = await once(sent, 'response');
    let body = '';
    for await (const chunk of response) body += String(chunk);
    expect(body).to.equal(`POST / ${'0123456789'.repeat(500)}\n`);
  });

  it('takes large bodies whole', async () => {
    let length = 0;
    const port = await start({
      handle: ({ rawBody }) => {
        length = rawBody.length;
        return plain(`${rawBody.every((byte, i) => byte === i % 251)}\n`);
      },
    });
    const body = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
    expect(await call(port, { path: '/', method: 'POST' }, body)).to.include({ status: 200, body: 'true\n' });
    expect(length).to.equal(3_000_000);
  });

  it('ignores the body of a GET, and goes on with the connection', async () => {
    const port = await start();
    const { socket, until } = await wire(port);
    socket.write('GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyzGET /b HTTP/1.1\r\nHost: h\r\n\r\n');
    const received = await until('GET /b ');
    expect(received).to.match(/GET \/a \n/);
    socket.destroy();
  });

  it('case 24: answers HEAD without a body', async () => {
    const port = await start({ handle: () => text(405, 'Method not supported') });
    const { socket, until } = await wire(port);
    socket.write('HEAD /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    const received = await until('\r\n\r\n');
    await once(socket, 'close');
    expect(received).to.match(/^HTTP\/1\.1 405 /);
    expect(received.endsWith('\r\n\r\n')).to.equal(true);
  });

  it('case 24: hands OPTIONS, TRACE and PATCH over', async () => {
    const port = await start();
    for (const method of ['OPTIONS', 'TRACE', 'PATCH']) {
      expect(await call(port, { path: '/x', method })).to.include({ status: 200, body: `${method} /x \n` });
    }
  });

  it('takes a target in absolute form apart', async () => {
    const port = await start({ handle: ({ host, url }) => plain(`${host} ${url}\n`) });
    expect((await call(port, { path: 'http://Tenant.Test:80/a?b=c' })).body).to.equal('Tenant.Test:80 /a?b=c\n');
    expect((await call(port, { path: 'http://tenant.test?b' })).body).to.equal('tenant.test /?b\n');
    expect((await call(port, { path: '*', method: 'OPTIONS', headers: { Host: 'h' } })).body).to.equal('h *\n');
  });

  it('answers pipelined requests in their order, whatever order they are done in', async () => {
    const slow = gate();
    const port = await start({
      handle: async ({ url }) => {
        if (url === '/1') await slow.opened;
        else slow.open();
        return plain(`done ${url}\n`);
      },
    });
    const { socket, until } = await wire(port);
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n');
    const received = await until('done /2');
    expect(received.indexOf('done /1')).to.be.within(1, received.indexOf('done /2'));
    socket.destroy();
  });

  it('asks for the body of a request that waits to be asked', async () => {
    const port = await start();
    const { socket, until } = await wire(port);
    socket.write('POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    await until('100 Continue\r\n\r\n');
    socket.write('hi');
    await until('POST /x hi\n');
    socket.destroy();
  });
});
