import { randomUUID } from 'node:crypto';
import { type Connection, openConnection } from './connection.js';

/** What clients were told, and what they found when they read it back. */
export interface ClientsReport {
  /** Acknowledged. */
  readonly writes: number;
  readonly reads: number;
  /** Answers other than 200. */
  readonly failed: number;
  /** Something that was acknowledged was not in the next answer. */
  readonly stale: number;
  /** What was acknowledged and is not there in the end. */
  readonly lost: number;
}

interface Written {
  readonly userId: string;
  readonly handle: string;
}

/** Clients that sign people up, keep sessions, and read back what they wrote. */
export interface BusyClients {
  /** Ends them, and looks for all they were told. */
  stop(): Promise<ClientsReport>;
}

const KIND = { enableAntiCsrf: false, useDynamicSigningKey: true };

/** Starts clients of the service on a port of this machine. */
export async function startClients(port: number, count: number): Promise<BusyClients> {
  const connections = await Promise.all(
    Array.from({ length: count }, () => openConnection(port, { 'cdi-version': '5.3' })),
  );
  const told: Written[] = [];
  const report = { writes: 0, reads: 0, failed: 0, stale: 0 };
  let stopped = false;

  async function post(connection: Connection, path: string, body: object) {
    const answer = JSON.parse(await connection.request('POST', path, JSON.stringify(body)));
    report.writes++;
    return answer;
  }

  async function isThere(connection: Connection, path: string): Promise<boolean> {
    const { status } = JSON.parse(await connection.request('GET', path));
    report.reads++;
    return status === 'OK';
  }

  const userPath = ({ userId }: Written) => `/user/id?userId=${userId}`;
  const sessionPath = ({ handle }: Written) => `/recipe/session?sessionHandle=${handle}`;

  async function work(connection: Connection): Promise<void> {
    for (let n = 0; !stopped; n++) {
      try {
        const email = `busy-${randomUUID()}@example.org`;
        const { user } = await post(connection, '/recipe/signup', { email, password: 'orange-Kite-27' });
        const body = { userId: user.id, userDataInJWT: { n }, userDataInDatabase: {}, ...KIND };
        const { session, refreshToken } = await post(connection, '/recipe/session', body);
        await post(connection, '/recipe/session/refresh', { refreshToken: refreshToken.token, ...KIND });
        const written = { userId: user.id, handle: session.handle };
        for (const path of [userPath(written), sessionPath(written)])
          if (!(await isThere(connection, path))) report.stale++;
        told.push(written);
      } catch {
        report.failed++;
      }
    }
  }

  const working = connections.map((connection) => work(connection));
  return {
    async stop() {
      stopped = true;
      await Promise.all(working);
      let lost = 0;
      const [connection] = connections;
      for (const written of told)
        for (const path of [userPath(written), sessionPath(written)])
          if (connection && !(await isThere(connection, path))) lost++;
      for (const each of connections) each.close();
      return { ...report, lost };
    },
  };
}
