import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BEGINNING } from '../../../infra/ports/event-log.js';
import { openSqliteEventLog, type SqliteEventLog } from '../../../infra/sqlite/event-log.js';
import { eventsAfter, follow, freshCategory, freshStream, idsOf, isEvent, record, written } from './fixture.js';

describe('SQLite event log with other processes', () => {
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

  const script = new URL('./writer-process.js', import.meta.url);

  it('sees what another process writes, while it writes itself', async () => {
    const category = freshCategory();
    const appends = 300;
    const acknowledged: string[] = [];
    const child = fork(script, [file, category, String(appends)], { execArgv: [] });
    child.on('message', (id) => acknowledged.push(String(id)));
    const exited = new Promise((resolve) => child.on('exit', resolve));
    const filter = { streamPrefixes: [`${category}-`] };
    const total = 2 * appends;
    const following = follow(log, { after: BEGINNING, filter }, (seen) => seen.filter(isEvent).length === total);
    const own = freshStream(category);
    for (let n = 0; n < appends; n++) acknowledged.push((await writtenTo(own)).id);
    const seen = (await following).filter(isEvent);
    expect(await exited).to.equal(0);
    expect(idsOf(seen)).to.have.members(acknowledged);
    expect(idsOf(seen)).to.deep.equal(idsOf(await eventsAfter(log, BEGINNING, filter)));
    expect(new Set(seen.map((event) => event.position)).size).to.equal(total);
  });

  it('keeps every acknowledged append of a process that is killed', async () => {
    const category = freshCategory();
    const acknowledged: string[] = [];
    const child = fork(script, [file, category, '1000000'], { execArgv: [] });
    child.on('message', (id) => {
      acknowledged.push(String(id));
      if (acknowledged.length === 500) child.kill('SIGKILL');
    });
    const signal = await new Promise((resolve) => child.on('exit', (_, name) => resolve(name)));
    expect(signal).to.equal('SIGKILL');
    await log.close();
    log = await openSqliteEventLog({ file });
    const stored = idsOf(await eventsAfter(log, BEGINNING, { streamPrefixes: [`${category}-`] }));
    expect(acknowledged.length).to.be.at.least(500);
    expect(stored).to.include.members(acknowledged);
  });

  async function writtenTo(stream: string) {
    const event = record(stream);
    await written(log, [event]);
    return event;
  }
});
