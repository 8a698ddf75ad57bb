import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What stands between the clients and the double, where connections can be made to fail. */
export interface FaultyProxy {
  readonly ports: readonly number[];
  /** Breaks every connection there is. */
  drop(): void;
  /** Stops moving bytes, or goes on; connections are still taken. */
  freeze(frozen: boolean): void;
  /** Stops listening, or listens again on the same ports. */
  refuse(refusing: boolean): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/**
 * Listens on ports of the loopback interface, all of which lead to one port.
 *
 * @param wanted the ports; 0 is any that is free
 */
export async function startProxy(target: number, wanted: readonly number[]): Promise<FaultyProxy> {
  const pairs = new Set<Pair>();
  let frozen = false;

  function flow({ client, server }: Pair): void {
    if (frozen) {
      client.unpipe(server).pause();
      server.unpipe(client).pause();
    } else {
      client.pipe(server);
      server.pipe(client);
    }
  }

  function accept(client: Socket): void {
    const pair = { client, server: connect(target, '127.0.0.1') };
    pairs.add(pair);
    for (const [socket, other] of [
      [pair.client, pair.server],
      [pair.server, pair.client],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
    flow(pair);
  }

  const servers = wanted.map(() => createServer(accept));
  const ports = await Promise.all(servers.map((server, index) => listen(server, wanted[index] ?? 0)));

  return {
    ports,
    drop() {
      for (const { client } of pairs) client.resetAndDestroy();
    },
    freeze(now) {
      if (now === frozen) return;
      frozen = now;
      for (const pair of pairs) flow(pair);
    },
    async refuse(refusing) {
      for (const [index, server] of servers.entries()) {
        if (refusing) server.close();
        else if (!server.listening) await listen(server, ports[index] ?? 0);
      }
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
