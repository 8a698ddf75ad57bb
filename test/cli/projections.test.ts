import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { makeHistory } from '../contract/views/history.js';
import { type CdiClient, cdiClient } from '../support/cdi.js';
import { type Annals, startAnnals } from '../support/service.js';
import { appendPoison, peek, projections, tamper } from './projections-fixture.js';

const USERS_AND_INDEXES = `select name from sqlite_master where tbl_name like 'users%' order by name`;

describe('annals projections, beside a running service', function () {
  this.timeout(60_000);
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
    await makeHistory(cdi, 'operated', 20);
  });

  after(() => annals.stop());

  const run = (...given: string[]) => projections(annals.dataDir, ...given);

  const status = async (view: string) => {
    const { stdout } = await run('list', '--json');
    const all: { view: string }[] = JSON.parse(stdout);
    // biome-ignore lint/suspicious/noExplicitAny: the test looks into the answer
    return all.find((one) => one.view === view) as any;
  };

  /** Waits until what another process does can be seen. */
  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await sleep(20);
  }

  const signUp = (email: string) => cdi.post('/recipe/signup', { email, password: 'p' });

  it('list shows each view, up to date and without parked streams', async () => {
    const { code, stdout } = await run('list');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^directory: version \d+, checkpoint \d+ of \d+, up to date, 0 parked streams$/m);
    expect(stdout).to.match(/^sessions: version \d+, checkpoint \d+ of \d+, up to date, 0 parked streams$/m);
    expect(await status('sessions')).to.deep.include({ lag: 0, tablesFit: true });
  });

  it('verify finds the views of the running service equal to fresh ones', async () => {
    const { code, stdout } = await run('verify');
    expect(stdout)
      .to.match(/^directory: EQUAL at position \d+$/m)
      .and.match(/^sessions: EQUAL at position \d+$/m);
    expect(code).to.equal(0);
  });

  it('a rebuild goes on under writes: no request fails, nothing is lost, reads are never stale', async () => {
    let done = false;
    const rebuilding = (async () => {
      const runs = [await run('rebuild'), await run('rebuild', 'directory')];
      done = true;
      return runs;
    })();
    const answers: string[] = [];
    for (let n = 0; !done || n < 20; n++) {
      const email = `during-${n}@example.org`;
      const { json } = await signUp(email);
      answers.push(json?.status);
      const { json: found } = await cdi.get(`/user/id?userId=${json.user.id}`, '5.3');
      answers.push(found?.user?.emails?.[0] === email ? 'OK' : `no user ${n}`);
    }
    for (const { code, stdout } of await rebuilding) {
      expect(stdout).to.match(/directory: rebuilt and switched at position \d+, as it was before/);
      expect(code).to.equal(0);
    }
    expect(new Set(answers)).to.deep.equal(new Set(['OK']));
    const { stdout, code } = await run('verify');
    expect(stdout).to.not.include('DIFFERENT');
    expect(code).to.equal(0);
    expect(annals.output()).to.not.include('"level":"error"');
  });

  it('a rebuild leaves nothing behind: one set of tables, no copies', async () => {
    await run('rebuild', 'directory');
    const names = (peek(annals.dataDir, 'directory.db', USERS_AND_INDEXES) as { name: string }[]).map(
      ({ name }) => name,
    );
    expect(names.filter((name) => !name.startsWith('sqlite_autoindex'))).to.include('users');
    expect(names.filter((name) => /^users__/.test(name) && !name.includes('_by_'))).to.deep.equal([]);
    const { rebuild } = await status('directory');
    expect(rebuild).to.deep.equal({ underWay: false, checkpoint: null, tables: [] });
  });

  it('verify names tables and rows that differ but no personal value; a rebuild mends the view and says so', async () => {
    await signUp('wrong@example.org');
    tamper(
      annals.dataDir,
      'directory.db',
      "update login_methods set email = 'x@y.org' where email = 'wrong@example.org'",
    );
    const verified = await run('verify', 'directory');
    expect(verified.code).to.equal(1);
    expect(verified.stdout).to.match(/^directory: DIFFERENT at position/m);
    expect(verified.stdout).to.match(/tables that differ: login_methods$/m);
    expect(verified.stdout).to.match(
      /login_methods \[app_key=public recipe_user_id=[0-9a-f-]{36}\] differs in email$/m,
    );
    expect(verified.stdout + verified.stderr).to.not.match(/y\.org|example\.org/);
    const rebuilt = await run('rebuild', 'directory');
    expect(rebuilt.code).to.equal(0);
    expect(rebuilt.stdout)
      .to.include('THE LIVE VIEW WAS WRONG')
      .and.not.match(/y\.org|example\.org/);
    expect((await run('verify', 'directory')).code).to.equal(0);
    expect((await cdi.post('/recipe/signin', { email: 'wrong@example.org', password: 'p' })).json.status).to.equal(
      'OK',
    );
  });

  it('tables that a killed rebuild left are shown by list and removed by the next rebuild', async () => {
    tamper(
      annals.dataDir,
      'directory.db',
      `create table users__beef0001 (a); insert into users__beef0001 values (1);
       create table users__drop_beef0002 (a);
       insert into checkpoints values ('directory@rebuild', 1, '3')`,
    );
    const { stdout } = await run('list');
    expect(stdout).to.match(/left behind by a rebuild that was stopped.*: users__beef0001, users__drop_beef0002/);
    expect((await status('directory')).rebuild.checkpoint).to.equal('3');
    expect((await run('rebuild', 'directory')).code).to.equal(0);
    expect((await status('directory')).rebuild).to.deep.include({ checkpoint: null, tables: [] });
  });

  it('--keep-old keeps what was live until the next rebuild', async () => {
    await run('rebuild', 'sessions', '--keep-old');
    const kept = (await status('sessions')).rebuild.tables;
    expect(kept).to.have.length(1);
    expect(kept[0].name).to.match(/^sessions__old_[0-9a-f]{8}$/);
    expect(peek(annals.dataDir, 'sessions.db', `select handle from ${kept[0].name}`)).to.not.deep.equal([]);
    await run('rebuild', 'sessions');
    expect((await status('sessions')).rebuild.tables).to.deep.equal([]);
  });

  it('an event that can not be handled parks its stream; list shows it; the others go on; a retry heals it', async () => {
    const stream = 'activity-poisoned';
    await appendPoison(annals.dataDir, stream, 'UserWasActive');
    await until(async () => (await status('directory')).parked.streams === 1);
    expect(annals.output()).to.match(/"level":"error".*stream parked/);
    const { stdout } = await run('list');
    expect(stdout).to.match(/parked: activity-poisoned from position \d+ \(UserWasActive\): ZodError/);
    expect((await cdi.get('/metrics')).text).to.match(/parked[a-z_]*\{[^}]*directory[^}]*\} 1/);
    expect((await signUp('goes-on@example.org')).json.status).to.equal('OK');
    expect((await signUp('goes-on@example.org')).json.status).to.equal('EMAIL_ALREADY_EXISTS_ERROR');

    const unmended = await run('retry', 'directory');
    expect(unmended.stdout).to.include('directory: 0 healed, 1 still parked');
    expect(unmended.code).to.equal(1);

    const data = JSON.stringify({ app: 'public', userId: 'u-1', at: 1 });
    tamper(annals.dataDir, 'log.db', `update events set data = '${data}' where data = '{"poison":true}'`);
    const retried = await run('retry', 'directory');
    expect(retried.stdout).to.include(`${stream} healed, 1 events applied`);
    expect(retried.code).to.equal(0);
    expect((await status('directory')).parked.streams).to.equal(0);
    expect((await run('verify', 'directory')).code).to.equal(0);
    expect(
      peek(annals.dataDir, 'directory.db', "select user_id from last_active where user_id = 'u-1'"),
    ).to.have.length(1);
  });

  it('refuses a view that is not there, and a directory without data', async () => {
    const unknown = await run('verify', 'nonsense');
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr).to.include('there is no view nonsense. Give one of: directory, sessions');
    const empty = await projections('/nonexistent/annals', 'list');
    expect(empty.code).to.equal(2);
    expect(empty.stderr).to.include('Set ANNALS_DATA_DIR');
  });
});

describe('outdated views', function () {
  this.timeout(60_000);
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
    await makeHistory(cdi, 'outdated', 8);
  });

  after(() => annals.stop());

  const verified = async () => (await projections(annals.dataDir, 'verify')).code;

  async function restartedAfter(file: string, statement: string): Promise<void> {
    await annals.killAndRestart();
    tamper(annals.dataDir, file, statement);
    await annals.killAndRestart();
  }

  it('rows of another version are rebuilt before the service is ready', async () => {
    await restartedAfter('sessions.db', 'update checkpoints set version = 0; delete from sessions');
    expect(annals.output()).to.match(/"view":"sessions".*the view is outdated/);
    expect(await verified()).to.equal(0);
  });

  it('rows of a newer version are left alone, until somebody goes back on purpose', async () => {
    await annals.killAndRestart();
    tamper(annals.dataDir, 'directory.db', 'update checkpoints set version = version + 1');
    const [was] = peek(annals.dataDir, 'directory.db', 'select version from checkpoints') as { version: number }[];
    const refused = await annals.killAndRestart().then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(refused).to.include(`The view directory is of version ${was?.version}, built by a newer Annals`);
    const rebuilt = await projections(annals.dataDir, 'rebuild', 'directory');
    expect(rebuilt.code, rebuilt.stderr).to.equal(0);
    await annals.killAndRestart();
    expect(await verified()).to.equal(0);
  });

  it('a view with a missing table, or without a column, is rebuilt as well', async () => {
    await restartedAfter('directory.db', 'drop table memberships');
    expect(annals.output()).to.match(/"view":"directory".*the view is outdated/);
    expect(await verified()).to.equal(0);
    await restartedAfter('sessions.db', 'alter table sessions drop column rotated_at');
    expect(await verified()).to.equal(0);
  });

  it('a rebuild works while the service is stopped', async () => {
    await annals.terminate();
    const rebuilt = await projections(annals.dataDir, 'rebuild');
    expect(rebuilt.stdout).to.include('directory: rebuilt and switched').and.include('sessions: rebuilt and switched');
    expect(rebuilt.code).to.equal(0);
    expect(await verified()).to.equal(0);
    await annals.killAndRestart();
    const { json } = await cdi.post('/recipe/signin', { email: 'outdated-4@example.org', password: 'p' });
    expect(json.status).to.equal('OK');
  });
});
