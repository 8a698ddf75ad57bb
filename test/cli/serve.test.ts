import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cdiClient } from '../support/cdi.js';
import { type Annals, type AnnalsOptions, startAnnals } from '../support/service.js';

const KEY = 'aaaaaaaaaaaaaaaaaaaa';

/** The output of a service that does not start, with the code it exits with. */
async function failedStart(options: AnnalsOptions): Promise<string> {
  try {
    await (await startAnnals(options)).stop();
  } catch (error) {
    return String(error);
  }
  throw new Error('the service started');
}

describe('annals serve (00-conventions.md 15)', () => {
  let folder: string;
  const running: Annals[] = [];

  const start = async (options: AnnalsOptions = {}): Promise<Annals> => {
    const annals = await startAnnals(options);
    running.push(annals);
    return annals;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'annals-serve-'));
  });

  afterEach(async () => {
    for (const annals of running.splice(0)) await annals.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('says where it listens, keeps a file about it while it runs, says goodbye and exits with 0', async () => {
    const annals = await start({ args: [folder], env: { BASE_PATH: '/base' } });
    expect(annals.output()).to.include(`Started SuperTokens on 127.0.0.1:${annals.port} with PID: ${annals.pid}\n`);
    expect(await readdir(join(folder, '.started'))).to.deep.equal([`127.0.0.1-${annals.port}`]);
    const file = await readFile(join(folder, '.started', `127.0.0.1-${annals.port}`), 'utf8');
    expect(file).to.equal(`${annals.pid}\n/base`);
    expect(await annals.terminate()).to.equal(0);
    expect(annals.output()).to.match(/Goodbye\n$/);
    expect(await readdir(join(folder, '.started'))).to.deep.equal([]);
  });

  it('tempDirLocation takes that file instead of the installation directory', async () => {
    const other = join(folder, 'other');
    const annals = await start({ args: [folder, `tempDirLocation=${other}`] });
    expect(await readdir(join(other, '.started'))).to.deep.equal([`127.0.0.1-${annals.port}`]);
    expect(await readdir(folder)).to.deep.equal(['other']);
  });

  it('case 53: unknown arguments are ignored', async () => {
    const annals = await start({ args: [folder, 'DEV', 'test_mode'] });
    expect((await cdiClient(annals.url).get('/hello')).text).to.equal('Hello\n');
  });

  it('case 50: a second instance on the same port exits with 1 and says so, whatever directory it has', async () => {
    const annals = await start();
    const text = `annals exited with 1:\nWhat caused the crash: Error while starting webserver. Possible reasons:`;
    for (const dataDir of [annals.dataDir, folder]) {
      const output = await failedStart({ dataDir, env: { SUPERTOKENS_PORT: String(annals.port) } });
      expect(withoutLogLines(output)).to.include(text);
    }
  });

  it('case 31: a bad config is the cause of a crash', async () => {
    const output = await failedStart({ dataDir: folder, env: { IP_ALLOW_REGEX: '*' } });
    expect(output).to.include('annals exited with 1');
    expect(output).to.include(
      'What caused the crash: Provided regular expression is invalid for ip_allow_regex config\n',
    );
  });

  it('a bad argument is the cause of a crash', async () => {
    const output = await failedStart({ dataDir: folder, args: ['configFile=relative.yaml'] });
    expect(output).to.include('What caused the crash: configFile argument has to be an absolute path');
  });

  it('a data directory in use is refused, and free again once its holder was killed', async () => {
    const annals = await start();
    const refused = await failedStart({ dataDir: annals.dataDir });
    expect(refused).to.include(
      `What caused the crash: The data directory ${annals.dataDir} is in use by another running service ` +
        `(PID ${annals.pid}).`,
    );
    await annals.killAndRestart();
    expect((await cdiClient(annals.url).get('/hello')).status).to.equal(200);
  });

  it('test mode keeps no data unless it is told where', async () => {
    const base = { ANNALS_DATA_DIR: '', TMPDIR: folder };
    const annals = await start({ args: [folder], env: base });
    expect((await readdir(folder)).filter((name) => name.startsWith('annals-'))).to.have.length(1);
    await annals.terminate();
    expect((await readdir(folder)).filter((name) => name.startsWith('annals-'))).to.deep.equal([]);
  });

  it('an app whose stored config became invalid is not served, and still asks for a key; the others are', async () => {
    const options = { dataDir: folder, env: { ANNALS_TEST_MODE: 'false', API_KEYS: KEY } };
    const before = await start(options);
    const { json } = await cdiClient(before.url).call('PUT', '/recipe/multitenancy/app/v2', {
      headers: { 'api-key': KEY },
      body: { appId: 'slow', coreConfig: { access_token_validity: 100_000 } },
    });
    expect(json.status).to.equal('OK');
    await before.terminate();

    const annals = await start({ ...options, env: { ...options.env, REFRESH_TOKEN_VALIDITY: '1000' } });
    const cdi = cdiClient(annals.url);
    expect((await cdi.get('/hello')).status).to.equal(200);
    expect((await cdi.get('/appid-slow/hello')).status).to.equal(400);
    expect((await cdi.get('/appid-slow/users')).status).to.equal(401);
    await annals.terminate();
    expect(annals.output()).to.include('this tenant is not served').and.to.include('"appId":"slow"');
  });

  it('a request that runs when the service is stopped is answered', async () => {
    const annals = await start({ env: { BCRYPT_LOG_ROUNDS: '12' } });
    const answer = cdiClient(annals.url).post('/recipe/signup', { email: 'last@serve.test', password: 'p' });
    const metrics = cdiClient(annals.url);
    for (;;) {
      const { text } = await metrics.get('/metrics');
      if (/annals_password_hashing\{state="running"\} [1-9]/.test(text)) break;
    }
    const ended = annals.terminate();
    expect((await answer).json.status).to.equal('OK');
    expect(await ended).to.equal(0);
  });

  it('a second signal ends it at once', async () => {
    const annals = await start({ env: { BCRYPT_LOG_ROUNDS: '14' } });
    const answer = cdiClient(annals.url)
      .post('/recipe/signup', { email: 'cut@serve.test', password: 'p' })
      .catch(() => undefined);
    for (;;) {
      const { text } = await cdiClient(annals.url).get('/metrics');
      if (/annals_password_hashing\{state="running"\} [1-9]/.test(text)) break;
    }
    process.kill(annals.pid, 'SIGTERM');
    while (!annals.output().includes('stopping')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await annals.terminate()).to.equal(1);
    await answer;
  });

  it('log lines go to the files of the config by their level', async () => {
    const [info, error] = [join(folder, 'logs', 'info.log'), join(folder, 'logs', 'error.log')];
    await writeFile(
      join(folder, 'config.yaml'),
      `core_config_version: 0\nlog_level: debug\ninfo_log_path: ${info}\nerror_log_path: ${error}\n`,
    );
    const annals = await start({ args: [folder] });
    await cdiClient(annals.url).get('/hello');
    await annals.terminate();
    expect(await readFile(info, 'utf8'))
      .to.include('API called')
      .and.not.to.include('test mode is on');
    expect(await readFile(error, 'utf8'))
      .to.include('test mode is on')
      .and.not.to.include('API called');
    expect(annals.output()).not.to.include('API called');
  });
});

function withoutLogLines(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('{'))
    .join('\n');
}
