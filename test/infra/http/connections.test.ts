import { Agent } from 'node:http';
import { expect } from 'chai';
import type { HttpServer } from '../../../infra/http/server.js';
import { call, gate, plain, serve, wire } from './client.js';

describe('HTTP server: connections', () => {
  let server: HttpServer;
  const start = async (options: Parameters<typeof serve>[0] = {}): Promise<number> => {
    server = await serve(options);
    return server.port;
  };
  afterEach(() => server.close(0));

  it('case 57: keeps idle connections open for more than a minute', async () => {
    const port = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { headers } = await call(port, { path: '/', agent });
    expect(headers.connection).to.equal('keep-alive');
    const [, seconds] = /^timeout=(\d+)$/.exec(String(headers['keep-alive'])) ?? [];
    expect(Number(seconds)).to.be.at.least(65);
    agent.destroy();
  });

  it('closes idle and unused connections at once when it stops, and accepts no more', async () => {
    const port = await start();
    const unused = await wire(port);
    const idle = await wire(port);
    idle.socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n');
    await idle.until('GET /1 \n');
    await server.close(60_000);
    expect(await unused.closed).to.equal('');
    await idle.closed;
    const refused = await wire(port).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).to.have.property('code', 'ECONNREFUSED');
  });

  it('lets running requests finish when it stops, and announces the end of their connections', async () => {
    const arrived = gate();
    const mayAnswer = gate();
    const port = await start({
      handle: async ({ url, rawBody }) => {
        arrived.open();
        await mayAnswer.opened;
        return plain(`done ${url} ${rawBody.toString()}\n`);
      },
    });
    const running = call(port, { path: '/1', agent: new Agent({ keepAlive: true }) });
    await arrived.opened;
    const closed = server.close(60_000);
    mayAnswer.open();
    const answer = await running;
    expect(answer).to.include({ status: 200, body: 'done /1 \n' });
    expect(answer.headers.connection).to.equal('close');
    await closed;
  });

  it('sends every pipelined answer when it stops', async () => {
    const mayAnswer = gate();
    let running = 0;
    const bothArrived = gate();
    const port = await start({
      handle: async ({ url }) => {
        if (++running === 2) bothArrived.open();
        await mayAnswer.opened;
        return plain(`done ${url}\n`);
      },
    });
    const { socket, closed } = await wire(port);
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n');
    await bothArrived.opened;
    const stopped = server.close(60_000);
    mayAnswer.open();
    expect(await closed).to.match(/done \/1\n[\s\S]*done \/2\n$/);
    await stopped;
  });

  it('cuts off what is left after the grace', async () => {
    const arrived = gate();
    const port = await start({
      handle: () => {
        arrived.open();
        return new Promise<never>(() => {});
      },
    });
    const { socket, closed } = await wire(port);
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n');
    await arrived.opened;
    await server.close(0);
    expect(await closed).to.equal('');
  });
});
