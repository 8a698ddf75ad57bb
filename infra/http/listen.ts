import { type AddressInfo, createServer, type Server } from 'node:net';

const IPV4_LOOPBACK = '127.0.0.1';
const IPV6_LOOPBACK = '::1';
const FAMILY_MISSING = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
const MAX_PORT_ATTEMPTS = 10;

/** Servers that listen on one port, one per address. */
export interface Listening<S extends Server> {
  readonly servers: readonly S[];
  readonly port: number;
}

/**
 * Listens on a host; `localhost` means the loopback address of every family that is there.
 *
 * @param create makes a server; called once per address and attempt
 * @param port 0 for any free one
 * @throws Error whose message says what may be wrong (00-conventions.md 15)
 */
export async function listenOn<S extends Server>(create: () => S, host: string, port: number): Promise<Listening<S>> {
  try {
    return host === 'localhost' ? await listenOnLoopback(create, port) : await listenOnOne(create(), host, port);
  } catch (cause) {
    throw startError(host, port, cause);
  }
}

/**
 * Tries to listen and stops at once.
 *
 * @throws Error like {@link listenOn}
 */
export async function assertCanListen(host: string, port: number): Promise<void> {
  const { servers } = await listenOn(createServer, host, port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
}

async function listenOnLoopback<S extends Server>(create: () => S, port: number): Promise<Listening<S>> {
  for (let attempt = 1; ; attempt++) {
    const ipv4 = await ifFamilyIsThere(listenOnOne(create(), IPV4_LOOPBACK, port));
    if (ipv4 === undefined) return listenOnOne(create(), IPV6_LOOPBACK, port);
    try {
      const ipv6 = await ifFamilyIsThere(listenOnOne(create(), IPV6_LOOPBACK, ipv4.port));
      return { servers: [...ipv4.servers, ...(ipv6?.servers ?? [])], port: ipv4.port };
    } catch (error) {
      for (const server of ipv4.servers) server.close();
      if (port !== 0 || attempt === MAX_PORT_ATTEMPTS) throw error;
    }
  }
}

async function ifFamilyIsThere<T>(listening: Promise<T>): Promise<T | undefined> {
  try {
    return await listening;
  } catch (error) {
    if (FAMILY_MISSING.has(codeOf(error))) return undefined;
    throw error;
  }
}

function listenOnOne<S extends Server>(server: S, host: string, port: number): Promise<Listening<S>> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve({ servers: [server], port: (server.address() as AddressInfo).port });
    });
  });
}

function startError(host: string, port: number, cause: unknown): Error {
  const reasons = [
    `port ${port} of ${host} is in use already, perhaps by another instance`,
    `${host} is not an address of this machine`,
    `this user may not listen on port ${port}`,
  ];
  const list = reasons.map((reason, i) => `${i + 1}. ${reason}`).join('; ');
  return new Error(`Error while starting webserver. Possible reasons: ${list} (${codeOf(cause)})`, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
