import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { expect } from 'chai';
import { Client } from 'pg';
import { BEGINNING, OutcomeUnknownError } from '../../../infra/ports/event-log.js';
import { clientConfig, lockStatement } from '../../../infra/postgres/connection.js';
import { openPostgresEventLog, type PostgresEventLog } from '../../../infra/postgres/event-log.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';
import { eventsAfter, follow, freshStream, idsOf, isEvent, record, records, rejectionOf, written } from './fixture.js';

/** What happens to the next COMMIT that a client sends. */
type Trouble = 'none' | 'lost on its way' | 'answer lost' | 'answer never comes';

/** A way to the server that loses commits or their answers when told so. */
interface Wire {
  readonly port: number;
  trouble: Trouble;
  close(): void;
}

describe('PostgreSQL event log in trouble', () => {
  let server: PostgresServer;
  let url: string;
  let direct: string;
  let wire: Wire;
  let log: PostgresEventLog;
  let admin: Client;
  let databases = 0;

  before(async () => {
    server = await startPostgres();
    wire = await openWire(server.port);
  });
  after(async () => {
    wire.close();
    await server.remove();
  });

  beforeEach(async () => {
    wire.trouble = 'none';
    direct = await server.createDatabase(`log${++databases}`);
    url = direct.replace(`:${server.port}/`, `:${wire.port}/`);
    log = await openPostgresEventLog({ url, timeout: 2_000 });
    admin = new Client({ connectionString: direct });
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    await log.close();
  });

  for (const [trouble, stored] of [
    ['lost on its way', 0],
    ['answer lost', 2],
  ] as const) {
    it(`leaves the outcome open when a commit's ${trouble}, and the same append again settles it`, async () => {
      const stream = freshStream();
      const news = records(stream, 2);
      wire.trouble = trouble;
      const error = await rejectionOf(log.append(news, [{ stream, expected: 'no-stream' }]));
      expect(error).to.be.instanceOf(OutcomeUnknownError);
      await goneFromServer(admin);
      expect(await eventsAfter(log, BEGINNING)).to.have.length(stored);
      const { revisions } = await written(log, news, [{ stream, expected: 'no-stream' }]);
      expect(revisions.get(stream)).to.equal(1);
      expect(idsOf(await eventsAfter(log, BEGINNING))).to.deep.equal(idsOf(news));
    });
  }

  it('leaves the outcome open when the server does not answer a commit in time', async () => {
    const stream = freshStream();
    const news = records(stream, 2);
    wire.trouble = 'answer never comes';
    expect(await rejectionOf(log.append(news, []))).to.be.instanceOf(OutcomeUnknownError);
    await written(log, news, [{ stream, expected: 'no-stream' }]);
    expect(idsOf(await eventsAfter(log, BEGINNING))).to.deep.equal(idsOf(news));
  });

  it('writes, reads and follows through the end of all its connections', async () => {
    const first = record(freshStream());
    const second = record(freshStream());
    let broken: Promise<unknown> | undefined;
    await written(log, [first]);
    const seen = await follow(log, { after: BEGINNING }, (items) => {
      if (!broken && items.length > 1) broken = breakAll(admin).then(() => written(log, [second]));
      return items.filter(isEvent).length === 2;
    });
    await broken;
    expect(idsOf(seen.filter(isEvent))).to.deep.equal(idsOf([first, second]));
    expect(idsOf(await eventsAfter(log, BEGINNING))).to.deep.equal(idsOf([first, second]));
  });

  it('follows what it was not notified of', async () => {
    const watchful = await openPostgresEventLog({ url: direct, pollInterval: 10 });
    const event = record(freshStream());
    const seen = await follow(watchful, { after: BEGINNING }, (items) => {
      if (items.length === 1)
        void admin.query(
          `INSERT INTO annals_log.events VALUES (0, 0, $1, 0, $2, split_part($2, '-', 1), 'Quiet', '{}', '{}')`,
          [event.id, event.stream],
        );
      return items.some(isEvent);
    });
    expect(idsOf(seen.filter(isEvent))).to.deep.equal([event.id]);
    await watchful.close();
  });

  it('writes nothing of a batch that the server refuses, and says so', async () => {
    await admin.query(`ALTER TABLE annals_log.events ADD CHECK (type <> 'Refused')`);
    const stream = freshStream();
    const error = await rejectionOf(log.append([record(stream), record(stream, { type: 'Refused' })], []));
    expect(error).not.to.be.instanceOf(OutcomeUnknownError);
    expect(error.message).to.match(/wrote nothing/);
    expect(await log.streamState(stream)).to.equal('no-stream');
    await written(log, [record(stream)], [{ stream, expected: 'no-stream' }]);
  });

  it('gives up, having written nothing, when another one keeps the lock', async () => {
    await admin.query('BEGIN');
    await admin.query('LOCK annals_log.events IN ACCESS EXCLUSIVE MODE');
    const stream = freshStream();
    const error = await rejectionOf(log.append([record(stream)], []));
    expect(error).not.to.be.instanceOf(OutcomeUnknownError);
    expect(error.message).to.match(/wrote nothing/);
    await admin.query('ROLLBACK');
    await written(log, [record(stream)], [{ stream, expected: 'no-stream' }]);
  });

  it('does not wait for ever for a process that stands still while it holds the lock', async () => {
    const frozen = new Client(clientConfig({ url: direct, schema: 'annals_log', timeout: 1_000 }));
    frozen.on('error', () => undefined);
    await frozen.connect();
    await frozen.query('BEGIN');
    await frozen.query(lockStatement('annals annals_log append'));
    await written(log, [record(freshStream())]);
    expect((await rejectionOf(frozen.query('SELECT 1'))).message).not.to.equal('');
    await frozen.end();
  });

  it('refuses a database with the tables of another version', async () => {
    await admin.query('UPDATE annals_log.schema_version SET version = 99');
    expect((await rejectionOf(openPostgresEventLog({ url: direct }))).message).to.match(/version 99/);
  });

  it('refuses a database that is not in UTF-8', async () => {
    await admin.query(`CREATE DATABASE "latin${databases}" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`);
    const call = openPostgresEventLog({ url: server.url(`latin${databases}`) });
    expect((await rejectionOf(call)).message).to.match(/LATIN1.*UTF8/);
  });
});

/** Ends every connection of the database but this one. */
async function breakAll(admin: Client): Promise<void> {
  await admin.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
}

/** Waits until no session of the database is inside a transaction but this one. */
async function goneFromServer(admin: Client): Promise<void> {
  const busy = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`;
  for (;;) if ((await admin.query<{ n: number }>(busy)).rows[0]?.n === 0) return;
}

function openWire(target: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  const wire = { port: 0, trouble: 'none' as Trouble };
  const server: Server = createServer((client) => {
    const upstream = tcpConnect(target, '127.0.0.1');
    let silent = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      const trouble = chunk.includes('COMMIT') ? wire.trouble : 'none';
      if (trouble !== 'none') wire.trouble = 'none';
      if (trouble === 'lost on its way') {
        client.destroy();
        return;
      }
      if (trouble !== 'none') silent = true;
      upstream.write(chunk);
      if (trouble === 'answer lost') upstream.once('data', () => client.destroy());
    });
    upstream.on('data', (chunk) => {
      if (!silent) client.write(chunk);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      wire.port = typeof address === 'object' && address ? address.port : 0;
      resolve(
        Object.assign(wire, {
          close() {
            server.close();
            for (const socket of sockets) socket.destroy();
          },
        }),
      );
    });
  });
}
