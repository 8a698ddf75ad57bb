import { type ChildProcess, fork } from 'node:child_process';
import { expect } from 'chai';
import { Client } from 'pg';
import { BEGINNING } from '../../../infra/ports/event-log.js';
import { openPostgresEventLog, type PostgresEventLog } from '../../../infra/postgres/event-log.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';
import { eventsAfter, follow, freshCategory, freshStream, idsOf, isEvent, record, written } from './fixture.js';

const script = new URL('./postgres-writer-process.js', import.meta.url);

/** A lock of the test: a transaction that writes an event of type Slow stands still while the test holds it. */
const GATE = 4711;

describe('PostgreSQL event log with other processes', () => {
  let server: PostgresServer;
  let url: string;
  let log: PostgresEventLog;
  let databases = 0;

  before(async () => {
    server = await startPostgres({ fsync: true });
  });
  after(() => server.remove());

  beforeEach(async () => {
    url = await server.createDatabase(`log${++databases}`);
    log = await openPostgresEventLog({ url });
  });
  afterEach(() => log.close());

  function start(category: string, appends: number): { child: ChildProcess; acknowledged: string[] } {
    const acknowledged: string[] = [];
    const child = fork(script, [url, category, String(appends)], { execArgv: [] });
    child.on('message', (id) => acknowledged.push(String(id)));
    return { child, acknowledged };
  }

  const exitOf = (child: ChildProcess) =>
    new Promise<number | string | null>((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));

  it('follows what several processes write at the same time, without a hole and in one order', async () => {
    const category = freshCategory();
    const appends = 300;
    const writers = [start(category, appends), start(category, appends)];
    const exits = writers.map(({ child }) => exitOf(child));
    const total = 3 * appends;
    const following = follow(log, { after: BEGINNING }, (seen) => seen.filter(isEvent).length === total);
    const own = freshStream(category);
    const ids: string[] = [];
    for (let n = 0; n < appends; n++) {
      const event = record(own);
      await written(log, [event]);
      ids.push(event.id);
    }
    const seen = (await following).filter(isEvent);
    expect(await Promise.all(exits)).to.deep.equal([0, 0]);
    expect(seen.map(({ position }) => position)).to.deep.equal(Array.from({ length: total }, (_, n) => BigInt(n)));
    expect(idsOf(seen)).to.have.members([...ids, ...writers.flatMap(({ acknowledged }) => acknowledged)]);
    expect(seen).to.deep.equal(await eventsAfter(log, BEGINNING));
  });

  it('keeps a fast transaction behind a slow one that began before it', async () => {
    const other = await openPostgresEventLog({ url });
    const admin = new Client({ connectionString: url });
    await admin.connect();
    await admin.query(`
      CREATE FUNCTION annals_log.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(${GATE}); RETURN NULL; END $$;
      CREATE TRIGGER slow AFTER INSERT ON annals_log.events
        FOR EACH ROW WHEN (NEW.type = 'Slow') EXECUTE FUNCTION annals_log.wait_at_gate();
      SELECT pg_advisory_lock(${GATE});
    `);
    const waiting = async (count: number) => {
      const locks = "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
      for (;;) if ((await admin.query<{ n: number }>(locks)).rows[0]?.n === count) return;
    };

    const [slow, fast] = [record(freshStream(), { type: 'Slow' }), record(freshStream())];
    const order: string[] = [];
    const slowDone = written(log, [slow]).then(() => order.push('slow'));
    await waiting(1);
    const fastDone = written(other, [fast]).then(() => order.push('fast'));
    await waiting(2);
    expect(await eventsAfter(other, BEGINNING)).to.deep.equal([]);
    expect(await other.head()).to.equal(BEGINNING);
    await admin.query('SELECT pg_advisory_unlock($1)', [GATE]);
    await Promise.all([slowDone, fastDone]);
    await admin.end();
    expect(order).to.deep.equal(['slow', 'fast']);
    expect(idsOf(await eventsAfter(other, BEGINNING))).to.deep.equal(idsOf([slow, fast]));
    await other.close();
  });

  it('keeps every acknowledged append of a process that is killed, and does not wait for it', async () => {
    const category = freshCategory();
    const { child, acknowledged } = start(category, 1_000_000);
    const exited = exitOf(child);
    child.on('message', () => {
      if (acknowledged.length === 500) child.kill('SIGKILL');
    });
    expect(await exited).to.equal('SIGKILL');
    await written(log, [record(freshStream())]);
    const stored = idsOf(await eventsAfter(log, BEGINNING, { streamPrefixes: [`${category}-`] }));
    expect(acknowledged.length).to.be.at.least(500);
    expect(stored).to.include.members(acknowledged);
  });

  it('keeps every acknowledged append when the server is killed, and goes on writing and following', async () => {
    const category = freshCategory();
    const following = new AbortController();
    const followed: string[] = [];
    const ended = (async () => {
      for await (const item of log.subscribe({ after: BEGINNING, signal: following.signal }))
        if (isEvent(item)) {
          followed.push(item.id);
          if (item.type === 'Last') following.abort();
        }
    })();
    const acknowledged: string[] = [];
    let killed: Promise<void> | undefined;
    const write = async () => {
      const stream = freshStream(category);
      for (let n = 0; n < 60; n++) {
        const event = record(stream);
        await throughUnknownOutcomes(() =>
          written(log, [event], [{ stream, expected: n === 0 ? 'no-stream' : n - 1 }]),
        );
        acknowledged.push(event.id);
        if (acknowledged.length === 100) killed = server.killAndRestart();
      }
    };
    await Promise.all(Array.from({ length: 8 }, write));
    await killed;
    await written(log, [record(freshStream(category), { type: 'Last' })]);
    await ended;
    const stored = idsOf(await eventsAfter(log, BEGINNING));
    expect(stored.slice(0, -1)).to.have.members(acknowledged);
    expect(followed).to.deep.equal(stored);
  });
});

async function throughUnknownOutcomes(run: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await run();
      return;
    } catch (error) {
      if ((error as Error).name !== 'OutcomeUnknownError') throw error;
    }
  }
}
