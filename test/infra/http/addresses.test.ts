import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { type HttpServer, startHttpServer } from '../../../infra/http/server.js';
import { call, plain, serve } from './client.js';

describe('HTTP server: addresses', () => {
  let server: HttpServer;
  const start = async (options: Parameters<typeof serve>[0] = {}): Promise<number> => {
    server = await serve(options);
    return server.port;
  };
  afterEach(() => server.close(0));

  it('localhost means every loopback family there is, on one port', async () => {
    const port = await start({ host: 'localhost' });
    const loopback = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const expected = ['127.0.0.1', '::1'].filter((ip) => loopback.some(({ address }) => address === ip));
    expect(server.addresses).to.deep.equal(expected);
    for (const host of expected) {
      expect(await call(port, { path: '/', host }), host).to.include({ status: 200 });
    }
  });

  it('case 50: a port in use is an error that tells possible reasons', async () => {
    const port = await start();
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await fault(host, port);
      expect(error.message).to.match(/^Error while starting webserver\. Possible reasons:.*EADDRINUSE/);
    }
  });

  it('so is a host that is none of this machine', async () => {
    await start();
    const error = await fault('192.0.2.1', 0);
    expect(error.message).to.match(/^Error while starting webserver\. Possible reasons:.*EADDRNOTAVAIL/);
  });

  async function fault(host: string, port: number): Promise<Error> {
    const options = { host, port, handle: () => plain(''), onError: () => {} };
    return startHttpServer(options).then(
      async (started) => {
        await started.close(0);
        throw new Error('it started');
      },
      (error: Error) => error,
    );
  }
});
