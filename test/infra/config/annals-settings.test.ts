import { expect } from 'chai';
import { annalsSettings } from '../../../infra/config/annals-settings.js';
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
    });
    expect(settingsOf({ ANNALS_DATA_DIR: '', ANNALS_MASTER_KEY: '' })).to.deep.equal(settingsOf({}));
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

  it('understands SQLite stores only', () => {
    expect(settingsOf({ ANNALS_EVENT_LOG_URL: 'sqlite:/var/a.db' }).eventLog.file).to.equal('/var/a.db');
    expect(settingsOf({ ANNALS_SESSIONS_URL: 'sqlite:' }).sessions.file).to.equal(undefined);
    for (const name of ['ANNALS_EVENT_LOG_URL', 'ANNALS_DIRECTORY_URL', 'ANNALS_SESSIONS_URL']) {
      const problem = problemOf({ [name]: 'redis://user:password@host' });
      expect(problem).to.match(new RegExp(`^${name} only sqlite: and sqlite:<file> are supported`));
      expect(problem).not.to.include('password');
    }
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
