import { expect } from 'chai';
import { Client } from 'pg';
import { BEGINNING } from '../../../infra/ports/event-log.js';
import { openPostgresEventLog, type PostgresEventLog } from '../../../infra/postgres/event-log.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';
import { eventsAfter, follow, freshStream, record, records, rejectionOf, written } from './fixture.js';

describe('PostgreSQL event log', () => {
  let server: PostgresServer;
  let url: string;
  let log: PostgresEventLog;
  let databases = 0;

  before(async () => {
    server = await startPostgres();
  });
  after(() => server.remove());

  beforeEach(async () => {
    url = await server.createDatabase(`log${++databases}`);
    log = await openPostgresEventLog({ url });
  });
  afterEach(() => log.close());

  it('starts before the first event', async () => {
    expect(await log.head()).to.equal(BEGINNING);
    const { position } = await written(log, [record(freshStream())]);
    expect(position > BEGINNING).to.equal(true);
  });

  it('commits appends that are made at the same time together', async () => {
    const appends = 2_000;
    await Promise.all(Array.from({ length: appends }, () => written(log, [record(freshStream())])));
    expect(log.counts()).to.deep.equal({ appends, transactions: Math.ceil(appends / 512) });
    expect(await eventsAfter(log, BEGINNING)).to.have.length(appends);
  });

  it('splits batches by bytes', async () => {
    const data = JSON.stringify('x'.repeat(200 * 1024));
    await Promise.all(Array.from({ length: 40 }, () => written(log, [record(freshStream(), { data })])));
    expect(log.counts()).to.deep.equal({ appends: 40, transactions: 2 });
  });

  it('stamps events with the clock it is given', async () => {
    const stamped = await openPostgresEventLog({ url, now: () => 1_234_567_890_123 });
    await written(stamped, [record(freshStream())]);
    await stamped.close();
    expect((await eventsAfter(log, BEGINNING)).map((event) => event.recordedAt)).to.deep.equal([1_234_567_890_123]);
  });

  it('never gives a position or revision out twice, whatever is removed', async () => {
    const stream = freshStream();
    const { position } = await written(log, records(stream, 3));
    await log.truncate(stream, 3);
    await log.delete(stream);
    const next = await written(log, [record(stream)]);
    expect(next.position).to.equal(position + 1n);
    expect(next.revisions.get(stream)).to.equal(3);
  });

  it('removes truncated and deleted events from the table, except for the last of a stream', async () => {
    const [truncated, deleted] = [freshStream(), freshStream()];
    await written(log, [...records(truncated, 3), ...records(deleted, 3)]);
    await log.truncate(truncated, 2);
    await log.delete(deleted);
    const left = (await eventsAfter(log, BEGINNING)).map(({ stream, revision }) => ({ stream, revision }));
    expect(left).to.deep.equal([
      { stream: truncated, revision: 2 },
      { stream: deleted, revision: 2 },
    ]);
  });

  it('carries out what is asked for in the order in which it is', async () => {
    const stream = freshStream();
    const [, , revived] = await Promise.all([
      written(log, records(stream, 3)),
      log.delete(stream),
      written(log, [record(stream)], [{ stream, expected: 'no-stream' }]),
    ]);
    expect(revived.revisions.get(stream)).to.equal(3);
  });

  it('takes expectations and ranges beyond any revision that can be', async () => {
    const stream = freshStream();
    await written(log, records(stream, 2));
    const far = Number.MAX_SAFE_INTEGER;
    expect(await log.append([record(stream)], [{ stream, expected: far }])).to.deep.include({ ok: false });
    expect(await log.readStream(stream, { from: far })).to.deep.equal({ found: true, events: [] });
    await log.truncate(stream, far);
    expect(await log.streamState(stream)).to.equal(1);
  });

  it('scans whole categories and types by their indexes, however large the log', async () => {
    const admin = new Client({ connectionString: url, options: '-c search_path=annals_log' });
    await admin.connect();
    await admin.query(`
      INSERT INTO events SELECT n, 0, gen_random_uuid(), 0, 'bulk' || n % 5 || '-' || n, 'bulk' || n % 5,
        'Type' || n % 7, '{}', '{}' FROM generate_series(0, 49999) AS n;
      ANALYZE events;
    `);
    const wanted = freshStream();
    const { position } = await written(log, [record(wanted, { type: 'Rare' })]);
    const category = wanted.slice(0, wanted.indexOf('-') + 1);
    for (const filter of [{ streamPrefixes: [category] }, { typePrefixes: ['Rare'] }])
      expect(await log.readAll({ after: BEGINNING, limit: 10, filter })).to.have.length(1);
    const common = await log.readAll({ after: BEGINNING, limit: 10, filter: { streamPrefixes: ['bulk3-', 'bulk4-'] } });
    expect(common.map((event) => Number(event.position))).to.deep.equal([3, 4, 8, 9, 13, 14, 18, 19, 23, 24]);
    await log.close();

    const before = await scansSoFar(admin);
    log = await openPostgresEventLog({ url });
    await log.readAll({ after: BEGINNING, limit: 1_000, filter: { streamPrefixes: ['bulk1-', category] } });
    await log.readAll({ after: BEGINNING, limit: 1_000, filter: { typePrefixes: ['Type3', 'Ra'] } });
    await log.readAll({ after: position - 1_000n, limit: 1_000 });
    await log.readStream(wanted);
    await log.streamState(wanted);
    await log.close();
    const after = await scansSoFar(admin);
    await admin.end();
    log = await openPostgresEventLog({ url });
    expect(after.events).to.equal(before.events);
    expect(after.events_by_category).to.equal((before.events_by_category ?? 0) + 2);
    expect(after.events_by_type).to.be.greaterThan(before.events_by_type ?? 0);
  });

  it('finishes what it was asked before it closes, and takes nothing more', async () => {
    const stream = freshStream();
    const pending = Array.from({ length: 20 }, () => written(log, [record(stream)]));
    await log.close();
    await Promise.all(pending);
    expect((await rejectionOf(log.append([record(stream)], []))).message).to.match(/closed/);
    log = await openPostgresEventLog({ url });
    expect(await log.streamState(stream)).to.equal(19);
  });

  it('ends subscriptions when it closes', async () => {
    const following = follow(log, { after: BEGINNING }, (seen) => {
      if (seen.length === 1) void log.close();
      return false;
    });
    expect(await following).to.deep.equal([{ caughtUp: true, position: BEGINNING }]);
    log = await openPostgresEventLog({ url });
  });

  it('keeps logs in schemas of one database apart', async () => {
    const other = await openPostgresEventLog({ url, schema: 'other_log' });
    await written(log, [record(freshStream())]);
    expect(await other.head()).to.equal(BEGINNING);
    await other.close();
  });

  it('is opened by several processes at the same time when its tables are not there yet', async () => {
    const logs = await Promise.all(
      Array.from({ length: 4 }, () => openPostgresEventLog({ url, schema: 'fresh_log', readers: 1 })),
    );
    await Promise.all(logs.map((each) => written(each, [record(freshStream())])));
    expect(await logs[0]?.head()).to.equal(3n);
    await Promise.all(logs.map((each) => each.close()));
  });

  it('is reached over a Unix socket', async () => {
    const local = await openPostgresEventLog({
      url: `postgresql://annals@/log${databases}?host=${encodeURIComponent(server.socketFolder)}&port=${server.port}`,
    });
    expect(await local.head()).to.equal(BEGINNING);
    await local.close();
  });
});

/** How often the table was read as a whole, and each index used, once all other sessions have ended. */
async function scansSoFar(admin: Client): Promise<Record<string, number>> {
  const others = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`;
  while ((await admin.query<{ n: number }>(others)).rows[0]?.n !== 0);
  await admin.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await admin.query<{ name: string; scans: number }>(`
    SELECT relname AS name, seq_scan::int AS scans FROM pg_stat_user_tables WHERE relname = 'events'
    UNION ALL SELECT indexrelname, idx_scan::int FROM pg_stat_user_indexes WHERE relname = 'events'`);
  return Object.fromEntries(rows.map(({ name, scans }) => [name, scans]));
}
