import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { AuditEntry } from '../../cli/audit/entry.js';
import type { PastPerson } from '../../cli/audit/state.js';
import { signedUp } from '../http/emailpassword/accounts.js';
import { verified } from '../http/emailverification/verifying.js';
import { assign, putRole } from '../http/userroles/role-calls.js';
import { ANNALS } from '../support/annals-process.js';
import { type CdiClient, cdiClient } from '../support/cdi.js';
import { ambientEngines } from '../support/engines.js';
import { type Annals, startAnnals } from '../support/service.js';

const OLD = 'before@example.org';
const NEW = 'after@example.org';
const CDI = '5.3';

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('annals audit user, beside a running service', function () {
  this.timeout(60_000);
  let dataDir: string;
  let stores: Readonly<Record<string, string>>;
  let annals: Annals;
  let cdi: CdiClient;
  let id: string;
  let handle: string;
  let beforeChange: number;
  let afterChange: number;

  const auditOf = (env: Readonly<Record<string, string>>, ...given: readonly string[]): Promise<Run> =>
    new Promise((resolve) => {
      const options = { env: { PATH: process.env.PATH, ...env } };
      execFile(process.execPath, [ANNALS, 'audit', 'user', ...given], options, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });

  const audit = (...given: readonly string[]) => auditOf(stores, ...given);

  const entries = async (...given: readonly string[]): Promise<readonly AuditEntry[]> => {
    const { code, stdout, stderr } = await audit(...given, '--json');
    expect(code, stderr).to.equal(0);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  const stateAt = async (time: number | string, ...given: readonly string[]): Promise<readonly PastPerson[]> => {
    const { code, stdout, stderr } = await audit(...given, '--at', String(time), '--json');
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout).people;
  };

  /** A time that is later than all that happened, and earlier than all that will. */
  async function betweenMoments(): Promise<number> {
    const past = Date.now();
    while (Date.now() <= past) await sleep(1);
    const between = Date.now();
    while (Date.now() <= between) await sleep(1);
    return between;
  }

  async function newSession(userId: string): Promise<string> {
    const payloads = { userDataInJWT: { claim: 'jwt-fact' }, userDataInDatabase: { kept: 'db-fact' } };
    const keys = { enableAntiCsrf: false, useDynamicSigningKey: true };
    const { json } = await cdi.post('/recipe/session', { userId, ...payloads, ...keys }, CDI);
    return json.session.handle;
  }

  const typesOf = (found: readonly AuditEntry[]) => found.map(({ type }) => type);

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'annals-test-'));
    const engines = await ambientEngines(dataDir);
    stores = { ANNALS_DATA_DIR: dataDir, ...engines?.env };
    annals = await startAnnals({ dataDir, env: { ANNALS_SIGN_IN_LOCKOUT_FAILURES: '9' }, ...(engines && { engines }) });
    cdi = cdiClient(annals.url);
    await putRole(cdi, 'auditor');
    ({ id } = await signedUp(cdi, OLD, 'first-password'));
    await verified(cdi, id, OLD);
    await assign(cdi, id, 'auditor');
    await cdi.put('/recipe/user/metadata', { userId: id, metadataUpdate: { town: 'Bergen' } });
    handle = await newSession(id);
    beforeChange = await betweenMoments();
    await cdi.put('/recipe/user', { recipeUserId: id, email: NEW }, CDI);
    await cdi.put('/recipe/user', { recipeUserId: id, password: 'second-password' }, CDI);
    await cdi.post('/recipe/session/remove', { sessionHandles: [handle] }, CDI);
    afterChange = await betweenMoments();
  });

  after(async () => {
    await annals.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('JSON lines tell everything that happened, in the order of the log', async () => {
    const found = await entries(id);
    expect(typesOf(found)).to.have.members([
      'IdentityClaimed',
      'EmailPasswordUserSignedUp',
      'EmailVerificationTokenIssued',
      'EmailVerified',
      'EmailVerificationTokensVoided',
      'RoleAssignedToUser',
      'UserMetadataMerged',
      'SessionCreated',
      'IdentityReleased',
      'IdentityClaimed',
      'EmailChanged',
      'PasswordChanged',
      'SessionRevoked',
    ]);
    const positions = found.map(({ position }) => BigInt(position));
    expect(positions).to.deep.equal([...positions].sort((a, b) => (a < b ? -1 : 1)));
    const changed = found.find(({ type }) => type === 'EmailChanged');
    expect(changed?.data).to.include({ oldEmail: OLD, newEmail: NEW });
    expect(changed).to.deep.include({ stream: `user-public.${id}`, revision: 1, actor: 'anonymous', cdiVersion: CDI });
    expect(changed?.correlationId).to.match(/^[0-9a-f-]{36}$/);
    expect(changed?.command).to.be.a('string').and.not.equal('');
    expect(Date.parse(changed?.time ?? '')).to.be.within(beforeChange, afterChange);
  });

  it('--quick leaves out ended sessions and activity, and no live session', async () => {
    const { id: other } = await signedUp(cdi, 'live@example.org');
    await cdi.post('/recipe/signin', { email: 'live@example.org', password: 'p' });
    const [ended, live] = [await newSession(other), await newSession(other)];
    await cdi.post('/recipe/session/remove', { sessionHandles: [ended] }, CDI);
    const whole = await entries(other);
    expect(typesOf(whole))
      .to.include.members(['SessionRevoked', 'UserWasActive'])
      .and.not.include('RoleAssignedToUser');
    expect(whole.find(({ type }) => type === 'UserWasActive')).to.include({ command: 'SignIn', actor: 'anonymous' });
    const quick = await entries(other, '--quick');
    expect(typesOf(quick)).to.not.include('SessionRevoked').and.not.include('UserWasActive');
    const handles = quick.filter(({ type }) => type === 'SessionCreated').map(({ data }) => data.handle);
    expect(handles).to.deep.equal([live]);
  });

  it('a claim tells what was claimed, and where; a failed sign-in whose it was meant to be', async () => {
    const claims = (await entries(id)).filter(({ type }) => type.startsWith('Identity'));
    expect(claims.map(({ type, accountInfo }) => [type, accountInfo?.value, accountInfo?.tenant])).to.deep.equal([
      ['IdentityClaimed', OLD, 'public'],
      ['IdentityReleased', OLD, 'public'],
      ['IdentityClaimed', NEW, 'public'],
    ]);
    expect((await audit(id)).stdout).to.match(
      new RegExp(` identity released  recipe=emailpassword  userId=${id}  email=${OLD}  tenant=public  \\| `),
    );
    await signedUp(cdi, 'guessed@example.org');
    await cdi.post('/recipe/signin', { email: 'guessed@example.org', password: 'wrong' });
    const { user } = (await cdi.get('/recipe/user?email=guessed@example.org')).json;
    const failed = (await entries(user.id)).find(({ type }) => type === 'SignInFailed');
    expect(failed?.accountInfo).to.deep.equal({ kind: 'email', value: 'guessed@example.org', tenant: 'public' });
  });

  it('tells the trace that a request was part of', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const body = { userId: 'traced', metadataUpdate: {} };
    await cdi.call('PUT', '/recipe/user/metadata', { body, headers: { traceparent } });
    const [merged] = await entries('traced');
    expect(merged?.traceparent).to.equal(traceparent);
    expect((await audit('traced')).stdout).to.include(`, trace ${traceparent}, `);
  });

  it('text has a line for each event: time, words, facts, and from where', async () => {
    const { code, stdout } = await audit(id);
    expect(code).to.equal(0);
    expect(stdout.trimEnd().split('\n')).to.have.length((await entries(id)).length);
    expect(stdout).to.match(
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z  email changed  userId=${id}  oldEmail=${OLD}  newEmail=${NEW}  ` +
          `\\| by anonymous, command \\S+, CDI 5\\.3, correlation \\S+, user-public\\.${id} revision 1$`,
        'm',
      ),
    );
    expect(stdout).to.match(/ user metadata merged .*update="\{\\"town\\":\\"Bergen\\"\}"/);
    expect(stdout).to.match(/ password changed .*passwordHash=\(hidden\)/);
  });

  it('no hash is ever shown', async () => {
    const { stdout } = await audit(id, '--json');
    expect(stdout).to.not.match(/\$2[aby]\$|\$argon2/);
    const hashes = stdout.match(/"\w*[hH]ash\w*":("[^"]*"|\[[^\]]*\])/g) ?? [];
    expect(hashes).to.have.length.greaterThan(4);
    for (const hash of hashes) expect(hash).to.match(/:"\(hidden\)"$/);
  });

  it('--at shows what was, before a change and after it', async () => {
    const [old] = await stateAt(beforeChange, id);
    expect(old?.loginMethod).to.include({ recipe: 'emailpassword', email: OLD, password: '(hidden)' });
    expect(old?.loginMethod?.tenants).to.deep.equal(['public']);
    expect(old?.data).to.deep.equal([
      { id, verifiedEmails: [OLD], metadata: '{"town":"Bergen"}', roles: [{ tenant: 'public', role: 'auditor' }] },
    ]);
    expect(old?.sessions.map((session) => session.handle)).to.deep.equal([handle]);
    const [now] = await stateAt(new Date(afterChange).toISOString(), id);
    expect(now?.loginMethod?.email).to.equal(NEW);
    expect(now?.sessions).to.deep.equal([]);
    const { stdout } = await audit(id, '--at', String(beforeChange));
    expect(stdout).to.include(`email: ${OLD}`).and.include('roles: auditor in public').and.not.include(NEW);
  });

  it('a user is found by the external id, of a linked group with the primary user', async () => {
    const primary = await signedUp(cdi, 'primary@example.org');
    const linked = await signedUp(cdi, 'linked@example.org');
    await cdi.post('/recipe/userid/map', { superTokensUserId: linked.id, externalUserId: 'customer-17' });
    await cdi.post('/recipe/accountlinking/user/primary', { recipeUserId: primary.id }, CDI);
    const link = { recipeUserId: linked.id, primaryUserId: primary.id };
    expect((await cdi.post('/recipe/accountlinking/user/link', link, CDI)).json.status).to.equal('OK');
    const found = await entries('customer-17');
    const relationOf = (type: string) => found.filter((one) => one.type === type).map(({ about }) => about);
    expect(relationOf('EmailPasswordUserSignedUp')).to.deep.equal([
      { userId: primary.id, relation: 'primary user' },
      { userId: linked.id, relation: 'user' },
    ]);
    expect(relationOf('UserIdMapped')).to.deep.equal([{ userId: linked.id, relation: 'user' }]);
    expect(relationOf('PrimaryClaimed')).to.have.length(2);
    const people = await stateAt(await betweenMoments(), 'customer-17');
    expect(people.map(({ relation }) => relation)).to.deep.equal(['user', 'primary user']);
    expect(people[0]?.mapping).to.deep.equal({ externalUserId: 'customer-17', info: null });
  });

  it('of one login method, all that are linked to the same primary user are told', async () => {
    const [primary, one, other] = [
      await signedUp(cdi, 'group-p@example.org'),
      await signedUp(cdi, 'group-1@example.org'),
      await signedUp(cdi, 'group-2@example.org'),
    ];
    await cdi.post('/recipe/accountlinking/user/primary', { recipeUserId: primary.id }, CDI);
    for (const { id: recipeUserId } of [one, other])
      await cdi.post('/recipe/accountlinking/user/link', { recipeUserId, primaryUserId: primary.id }, CDI);
    const together = await betweenMoments();
    await cdi.post('/recipe/accountlinking/user/unlink', { recipeUserId: other.id }, CDI);
    const relations = new Map((await entries(one.id)).map(({ about }) => [about.userId, about.relation]));
    expect(Object.fromEntries(relations)).to.deep.equal({
      [primary.id]: 'primary user',
      [one.id]: 'user',
      [other.id]: 'linked login method',
    });
    const idsAt = async (time: number) => (await stateAt(time, one.id)).map(({ userId }) => userId);
    expect(await idsAt(together)).to.have.members([one.id, primary.id, other.id]);
    expect(await idsAt(await betweenMoments())).to.have.members([one.id, primary.id]);
  });

  it('text of users can neither break a line nor reach the terminal', async () => {
    const userId = 'evil\u001b[2J\n\u009b1m\u202e';
    await cdi.put('/recipe/user/metadata', { userId, metadataUpdate: {} });
    const { code, stdout } = await audit(userId);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^[\x20-\x7e]+\n$/);
    expect(stdout).to.include('userId="evil\\u001b[2J\\n\\u009b1m\\u202e"');
  });

  it('an erased user has a history without personal values', async () => {
    const { id: gone } = await signedUp(cdi, 'gone@example.org', 'secret-password');
    await verified(cdi, gone, 'gone@example.org');
    await newSession(gone);
    const lived = await betweenMoments();
    await cdi.post('/user/remove', { userId: gone }, CDI);
    let stdout: string;
    do ({ stdout } = await audit(gone, '--json'));
    while (stdout.includes('gone@example.org'));
    const found: AuditEntry[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(typesOf(found)).to.include.members([
      'EmailPasswordUserSignedUp',
      'EmailVerified',
      'EmailVerificationForgotten',
      'SessionCreated',
      'SessionRevoked',
      'UserDeleted',
    ]);
    const signUp = found.find(({ type }) => type === 'EmailPasswordUserSignedUp');
    expect(signUp?.data).to.include({ userId: gone, tenant: 'public', email: '(erased)', passwordHash: '(erased)' });
    expect(signUp?.erased).to.have.members(['email', 'passwordHash']);
    expect(stdout).to.not.include('jwt-fact').and.not.include('db-fact');
    const [past] = await stateAt(lived, gone);
    expect(past?.loginMethod).to.include({ recipe: 'emailpassword', email: '(erased)' });
    expect(past?.sessions[0]).to.include({ userDataInJWT: '(erased)', userDataInDatabase: '(erased)' });
    const [now] = await stateAt(await betweenMoments(), gone);
    expect(now).to.deep.include({ loginMethod: null, sessions: [] });
  });

  it('nobody by the id, in the app, or at the time: exit code 1', async () => {
    for (const given of [['nobody'], [id, '--app', 'no-such-app'], [id, '--at', '1999-12-31']]) {
      const { code, stdout, stderr } = await audit(...given);
      expect([code, stdout], given.join(' ')).to.deep.equal([1, '']);
      expect(stderr).to.match(/^annals audit: .*(Check|Give) .*--app/);
    }
  });

  it('what keeps it from its work is told: exit code 2', async () => {
    const bad = await audit(id, '--at', 'yesterday');
    expect([bad.code, bad.stderr]).to.deep.equal([
      2,
      'annals audit: "yesterday" is not a time. Give ms since the epoch, or ISO 8601 with an offset: 2026-01-31T09:30:00Z\n',
    ]);
    expect((await audit(id, '--nonsense')).code).to.equal(2);
    expect((await audit()).code).to.equal(2);
    const empty = await mkdtemp(join(tmpdir(), 'annals-test-'));
    try {
      const { code, stderr } = await auditOf({ ANNALS_DATA_DIR: empty }, id);
      expect(code).to.equal(2);
      expect(stderr).to.include('Set ANNALS_DATA_DIR');
      expect(await readdir(empty)).to.deep.equal([]);
    } finally {
      await rm(empty, { recursive: true, force: true });
    }
  });

  it('--help tells options and exit codes', async () => {
    const { code, stdout } = await audit('--help');
    expect(code).to.equal(0);
    for (const text of ['--app', '--cud', '--quick', '--at', '--json', 'Exit codes']) expect(stdout).to.include(text);
  });
});
