import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { BEGINNING, OutcomeUnknownError } from '../../../infra/ports/event-log.js';
import { openSqliteEventLog, type SqliteEventLog } from '../../../infra/sqlite/event-log.js';
import { startLogWriter } from '../../../infra/sqlite/log-writer.js';
import { eventsAfter, follow, freshStream, record, records, rejectionOf, written } from './fixture.js';

describe('SQLite event log', () => {
  let folder: string;
  let file: string;
  let log: SqliteEventLog;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'annals-log-'));
    file = join(folder, 'log.db');
    log = await openSqliteEventLog({ file, pollInterval: 10 });
  });
  afterEach(async () => {
    await log.close();
    await rm(folder, { recursive: true });
  });

  it('starts before the first event', async () => {
    expect(await log.head()).to.equal(BEGINNING);
    const { position } = await written(log, [record(freshStream())]);
    expect(position > BEGINNING).to.equal(true);
    expect(await eventsAfter(log, BEGINNING)).to.have.length(1);
  });

  it('commits appends that are made at the same time together', async () => {
    const appends = 2_000;
    await Promise.all(Array.from({ length: appends }, () => written(log, [record(freshStream())])));
    const { operations, commits } = log.counts();
    expect(operations).to.equal(appends);
    expect(commits).to.equal(Math.ceil(appends / 512));
    expect(await eventsAfter(log, BEGINNING)).to.have.length(appends);
  });

  it('splits batches by bytes', async () => {
    const data = JSON.stringify('x'.repeat(200 * 1024));
    await Promise.all(Array.from({ length: 40 }, () => written(log, [record(freshStream(), { data })])));
    expect(log.counts()).to.deep.include({ operations: 40, commits: 2 });
  });

  it('stamps events with the clock it is given', async () => {
    const stamped = await openSqliteEventLog({ file, now: () => 1_234_567_890_123 });
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

  it('removes truncated and deleted events from the file, except for the last of a stream', async () => {
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

  it('knows the append again that revived a deleted stream', async () => {
    const stream = freshStream();
    await written(log, records(stream, 3));
    await log.delete(stream);
    const news = records(stream, 2);
    const original = await written(log, news, [{ stream, expected: 'no-stream' }]);
    await written(log, [record(stream)]);
    expect(await written(log, news, [{ stream, expected: 'no-stream' }])).to.deep.equal(original);
  });

  it('finishes what it was asked before it closes, leaves one file, and takes nothing more', async () => {
    const stream = freshStream();
    const pending = Array.from({ length: 20 }, () => written(log, [record(stream)]));
    await log.close();
    await Promise.all(pending);
    expect(await readdir(folder)).to.deep.equal(['log.db']);
    expect((await rejectionOf(log.append([record(stream)], []))).message).to.match(/closed/);
  });

  it('ends subscriptions when it closes', async () => {
    const following = follow(log, { after: BEGINNING }, (seen) => {
      if (seen.length === 1) void log.close();
      return false;
    });
    expect(await following).to.deep.equal([{ caughtUp: true, position: BEGINNING }]);
  });

  it('refuses a file of a newer version', async () => {
    await log.close();
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    expect((await rejectionOf(openSqliteEventLog({ file }))).message).to.match(/schema 99/);
  });

  it('refuses a folder that is not there', async () => {
    const call = openSqliteEventLog({ file: join(folder, 'missing', 'log.db') });
    expect((await rejectionOf(call)).message).to.match(/directory/);
  });

  it('rejects with the cause, and writes nothing, when another process keeps the file locked', async () => {
    const impatient = await openSqliteEventLog({ file, busyTimeout: 1 });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const stream = freshStream();
    const error = await rejectionOf(impatient.append([record(stream)], []));
    other.exec('ROLLBACK');
    other.close();
    expect(error.message).to.match(/wrote nothing.*locked/);
    expect(error).not.to.be.instanceOf(OutcomeUnknownError);
    await written(impatient, [record(stream)], [{ stream, expected: 'no-stream' }]);
    await impatient.close();
  });

  it('leaves the outcome open when the writer thread dies, and goes on with a new one', async () => {
    const writer = await startLogWriter({
      file,
      busyTimeout: 1_000,
      now: () => 0,
      committed: () => undefined,
      script: new URL('./crashing-worker.js', import.meta.url),
    });
    const stream = freshStream();
    const lost = await Promise.all([1, 2].map(() => rejectionOf(writer.append([record(stream)], []))));
    for (const error of lost) expect(error).to.be.instanceOf(OutcomeUnknownError);
    const result = await writer.append([record(stream)], [{ stream, expected: 'no-stream' }]);
    expect(result.ok).to.equal(true);
    expect(writer.counts()).to.deep.equal({ operations: 1, commits: 1, restarts: 1 });
    await writer.close();
  });
});
