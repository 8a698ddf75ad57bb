import { expect } from 'chai';
import { annalsSettings, usesFiles } from '../../../infra/config/annals-settings.js';
import type { Environment } from '../../../infra/config/environment.js';

const KEY = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);

function settingsOf(env: Environment) {
  const result = annalsSettings(env);
  if (result.status !== 'OK') throw new Error(result.message);
  return result.settings;
}

function problemOf(env: Environment): string {
  const result = annalsSettings(env);
  return result.status === 'OK' ? '' : result.message;
}

describe('annalsSettings', () => {
  it('has a default for everything', () => {
    const sqlite = { engine: 'sqlite', file: undefined };
    expect(settingsOf({ PATH: '/bin' })).to.deep.equal({
      dataDir: './data',
      masterKey: undefined,
      testMode: false,
      eventLog: sqlite,
      directory: sqlite,
      sessions: sqlite,
      keyring: sqlite,
      signInProtection: {
        accountFailures: 0,
        sourceFailures: 0,
        windowMs: 900_000,
        backoffMs: 60_000,
        maxBackoffMs: 3_600_000,
      },
      commandUrls: [],
      queryUrls: [],
      internalKeys: [],
    });
    expect(settingsOf({ ANNALS_DATA_DIR: '', ANNALS_MASTER_KEY: '' })).to.deep.equal(settingsOf({}));
  });

  it('reads the protection of sign-ins, in seconds', () => {
    const { signInProtection } = settingsOf({
      ANNALS_SIGN_IN_LOCKOUT_FAILURES: '5',
      ANNALS_SIGN_IN_LOCKOUT_SOURCE_FAILURES: '1000',
      ANNALS_SIGN_IN_LOCKOUT_WINDOW_SEC: '1',
      ANNALS_SIGN_IN_BACKOFF_SEC: '2',
      ANNALS_SIGN_IN_BACKOFF_MAX_SEC: '3',
    });
    expect(signInProtection).to.deep.equal({
      accountFailures: 5,
      sourceFailures: 1_000,
      windowMs: 1_000,
      backoffMs: 2_000,
      maxBackoffMs: 3_000,
    });
    for (const wrong of ['-1', '1001', '1.5', 'many'])
      expect(problemOf({ ANNALS_SIGN_IN_LOCKOUT_FAILURES: wrong })).to.equal(
        'ANNALS_SIGN_IN_LOCKOUT_FAILURES must be a whole number from 0 to 1000',
      );
  });

  it('reads where other roles are, each once and without a slash at its end', () => {
    const { commandUrls, queryUrls } = settingsOf({
      ANNALS_COMMAND_URLS: 'http://c1:3567, http://c2:3567/,http://c1:3567',
      ANNALS_QUERY_URLS: 'https://[::1]:3568',
    });
    expect(commandUrls).to.deep.equal(['http://c1:3567', 'http://c2:3567']);
    expect(queryUrls).to.deep.equal(['https://[::1]:3568']);
    for (const wrong of ['c1:3567', 'http://c1/path', 'http://me:secret@c1', 'http://c1,', 'ftp://c1'])
      expect(problemOf({ ANNALS_QUERY_URLS: wrong }), wrong).to.equal(
        'ANNALS_QUERY_URLS must be http://<host>:<port>, several with commas between them',
      );
  });

  it('reads internal keys, the one that is sent first', () => {
    const [current, former] = ['a'.repeat(32), 'b'.repeat(32)];
    expect(settingsOf({ ANNALS_INTERNAL_KEY: current }).internalKeys).to.deep.equal([current]);
    expect(settingsOf({ ANNALS_INTERNAL_KEY: `${current}, ${former}` }).internalKeys).to.deep.equal([current, former]);
  });

  it('refuses a weak internal key without repeating it', () => {
    for (const wrong of ['a'.repeat(31), 'a'.repeat(257), `${'a'.repeat(32)},b`, `${'a'.repeat(32)},`, 'ä'.repeat(32)])
      expect(problemOf({ ANNALS_INTERNAL_KEY: wrong })).to.match(/^ANNALS_INTERNAL_KEY must be 32 to 256 letters/);
  });

  it('reads a master key of 32 bytes in hex or base64', () => {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const { masterKey } = settingsOf({ ANNALS_MASTER_KEY: ` ${Buffer.from(KEY).toString(encoding)}\n` });
      expect(Uint8Array.from(masterKey ?? []), encoding).to.deep.equal(KEY);
    }
  });

  it('refuses any other master key without repeating it', () => {
    for (const length of [16, 31, 33]) {
      const key = Buffer.alloc(length, 7).toString('base64');
      const problem = problemOf({ ANNALS_MASTER_KEY: key });
      expect(problem).to.match(/^ANNALS_MASTER_KEY must be 32 bytes in hex or base64/);
      expect(problem).not.to.include(key);
    }
    expect(problemOf({ ANNALS_MASTER_KEY: 'secret phrase' })).not.to.include('secret');
  });

  const PG = 'postgres://annals:s3cret@db:5432/annals';
  const withKey = (env: Environment) => ({ ANNALS_MASTER_KEY: Buffer.from(KEY).toString('hex'), ...env });

  it('finds each store by its URL', () => {
    const file = { engine: 'sqlite', file: '/var/a.db' };
    expect(settingsOf({ ANNALS_EVENT_LOG_URL: 'sqlite:/var/a.db' }).eventLog).to.deep.equal(file);
    expect(settingsOf({ ANNALS_SESSIONS_URL: 'sqlite:' }).sessions).to.deep.equal({
      engine: 'sqlite',
      file: undefined,
    });
    for (const url of [PG, PG.replace('postgres:', 'postgresql:')]) {
      expect(settingsOf({ ANNALS_EVENT_LOG_URL: url }).eventLog).to.deep.equal({ engine: 'postgres', url });
      expect(settingsOf({ ANNALS_SESSIONS_URL: url }).sessions).to.deep.equal({ engine: 'postgres', url });
    }
    for (const url of ['redis://host', 'rediss://user:s3cret@host:6380/1'])
      expect(settingsOf({ ANNALS_SESSIONS_URL: url }).sessions).to.deep.equal({ engine: 'redis', url });
    for (const url of ['kurrentdb://node:2113', 'kurrentdb+discover://admin:s3cret@cluster:2113?tls=true'])
      expect(settingsOf({ ANNALS_EVENT_LOG_URL: url }).eventLog).to.deep.equal({ engine: 'kurrentdb', url });
  });

  it('keeps the keyring next to the directory view unless it is told where', () => {
    const keyringOf = (env: Environment) => settingsOf(withKey(env)).keyring;
    const postgres = { engine: 'postgres', url: PG };
    expect(keyringOf({ ANNALS_DIRECTORY_URL: PG })).to.deep.equal(postgres);
    expect(keyringOf({ ANNALS_KEYRING_URL: PG })).to.deep.equal(postgres);
    expect(keyringOf({ ANNALS_EVENT_LOG_URL: PG, ANNALS_SESSIONS_URL: PG }).engine).to.equal('sqlite');
    expect(keyringOf({ ANNALS_DIRECTORY_URL: PG, ANNALS_KEYRING_URL: 'sqlite:/k.db' }).engine).to.equal('sqlite');
    expect(keyringOf({ ANNALS_DIRECTORY_URL: 'sqlite:/elsewhere/d.db' }).engine).to.equal('sqlite');
  });

  it('wants a master key for a keyring that several processes may open', () => {
    for (const env of [{ ANNALS_DIRECTORY_URL: PG }, { ANNALS_KEYRING_URL: PG }])
      expect(problemOf(env)).to.match(/^ANNALS_MASTER_KEY must be set when the keyring is in PostgreSQL/);
    expect(problemOf({ ANNALS_DIRECTORY_URL: PG, ANNALS_KEYRING_URL: 'sqlite:' })).to.equal('');
  });

  it('needs the data directory as long as one store is a file', () => {
    const remote = { ANNALS_EVENT_LOG_URL: 'kurrentdb://node:2113', ANNALS_DIRECTORY_URL: PG, ANNALS_SESSIONS_URL: PG };
    expect(usesFiles(settingsOf(withKey(remote)))).to.equal(false);
    for (const name of [...Object.keys(remote), 'ANNALS_KEYRING_URL'])
      expect(usesFiles(settingsOf(withKey({ ...remote, [name]: 'sqlite:' }))), name).to.equal(true);
  });

  it('refuses any other URL, says what it may be, and does not repeat it', () => {
    const stores = ['EVENT_LOG', 'DIRECTORY', 'SESSIONS', 'KEYRING'].map((store) => `ANNALS_${store}_URL`);
    for (const name of stores)
      for (const url of ['mysql://user:s3cret@host', 'postgres:user:s3cret', '/s3cret.db', 'redis:user:s3cret@host']) {
        const problem = problemOf(withKey({ [name]: url }));
        expect(problem, url).to.match(new RegExp(`^${name} .*must be sqlite:<file> or postgres://`));
        expect(problem).not.to.include('s3cret');
      }
    for (const name of stores.slice(1))
      expect(problemOf({ [name]: 'kurrentdb://node:2113' })).to.match(/^ANNALS_.* must/);
    expect(problemOf({ ANNALS_DIRECTORY_URL: 'redis://host' })).to.match(/^ANNALS_DIRECTORY_URL must/);
  });

  it('switches test mode on by the word true, and refuses other words', () => {
    expect(settingsOf({ ANNALS_TEST_MODE: 'true' }).testMode).to.equal(true);
    expect(settingsOf({ ANNALS_TEST_MODE: 'false' }).testMode).to.equal(false);
    expect(problemOf({ ANNALS_TEST_MODE: '1' })).to.equal('ANNALS_TEST_MODE must be true or false');
  });

  it('names everything that is wrong at once', () => {
    const problem = problemOf({ ANNALS_TEST_MODE: '1', ANNALS_MASTER_KEY: 'x' });
    expect(problem).to.include('ANNALS_TEST_MODE').and.to.include('ANNALS_MASTER_KEY');
  });
});
