import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CoreConfig } from '../../../domain/config/options.js';
import {
  type BaseConfigSources,
  type LoadedBaseConfig,
  loadBaseConfig,
} from '../../../infra/config/load-base-config.js';

describe('loadBaseConfig (00-conventions.md 14.1)', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'annals-config-'));
    path = join(directory, 'config.yaml');
  });

  afterEach(() => rm(directory, { recursive: true }));

  async function load(lines: readonly string[], rest: Partial<BaseConfigSources> = {}): Promise<LoadedBaseConfig> {
    await writeFile(path, ['core_config_version: 0', ...lines].join('\n'));
    return loadBaseConfig({ installDir: directory, env: {}, ...rest });
  }

  async function loaded(lines: readonly string[], rest: Partial<BaseConfigSources> = {}): Promise<CoreConfig> {
    const result = await load(lines, rest);
    if (result.status !== 'OK') throw new Error(result.message);
    return result.config;
  }

  async function failure(lines: readonly string[], rest: Partial<BaseConfigSources> = {}): Promise<string | undefined> {
    const result = await load(lines, rest);
    return result.status === 'OK' ? undefined : result.message;
  }

  it('starts with built-in defaults when nothing is configured', async () => {
    const result = await loadBaseConfig({ env: {} });
    expect(result).to.deep.include({ status: 'OK', configPath: undefined, testMode: false });
    if (result.status !== 'OK') return;
    expect(result.config).to.include({ host: '127.0.0.1', port: 3567, core_config_version: 0, log_level: 'INFO' });
    expect(result.config.bulk_migration_parallelism).to.equal(availableParallelism());
    expect(result.defaults.bulk_migration_parallelism).to.equal(availableParallelism());
  });

  it('needs no config.yaml in the installation directory, but a file that is named', async () => {
    const without = await loadBaseConfig({ installDir: directory, env: {} });
    expect(without).to.deep.include({ status: 'OK', configPath: undefined });
    const configFile = join(directory, 'nosuch.yaml');
    expect(await loadBaseConfig({ configFile, env: {} })).to.deep.equal({
      status: 'INVALID',
      message: `The config file ${configFile} does not exist`,
    });
  });

  it('lets later sources win: file, environment, command line', async () => {
    const lines = ['port: 1', 'host: file', 'totp_max_attempts: 7', 'max_server_pool_size: 3'];
    const env = { SUPERTOKENS_PORT: '2', SUPERTOKENS_HOST: 'env', TOTP_MAX_ATTEMPTS: '8' };
    const config = await loaded(lines, { env, args: { port: '3' } });
    expect(config).to.include({ port: 3, host: 'env', totp_max_attempts: 8, max_server_pool_size: 3 });
  });

  it('says which file it read, a named one before that of the installation directory', async () => {
    expect(await load([])).to.deep.include({ configPath: path });
    const configFile = join(directory, 'other.yaml');
    await writeFile(configFile, 'core_config_version: 0\nport: 99');
    const result = await load([], { configFile });
    expect(result).to.deep.include({ configPath: configFile });
    expect(result.status === 'OK' && result.config.port).to.equal(99);
  });

  it('wants core_config_version in a file, also in an empty one', async () => {
    for (const text of ['', '# nothing', 'port: 5', 'core_config_version: -1', 'core_config_version:']) {
      await writeFile(path, text);
      expect(await loadBaseConfig({ installDir: directory, env: {} }), text).to.deep.equal({
        status: 'INVALID',
        message: "'core_config_version' is not set in the config.yaml file. Please redownload and install SuperTokens",
      });
    }
  });

  it('ignores unknown keys of a file', async () => {
    expect((await loaded(['nosuch_option: {a: [1]}', 'postgresql_host: db', '7: 8', 'port: 9'])).port).to.equal(9);
  });

  it('refuses a file that is no YAML or no map', async () => {
    expect(await failure(['a: [1'])).to.match(/^The config file .*config\.yaml is not valid YAML: line 2, column /);
    await writeFile(path, '- 1');
    const result = await loadBaseConfig({ installDir: directory, env: {} });
    expect(result.status === 'INVALID' && result.message).to.match(
      /must consist of lines of the form "option: value"$/,
    );
  });

  it('refuses a file that cannot be read, and an anchor that is nowhere', async () => {
    const result = await loadBaseConfig({ configFile: directory, env: {} });
    expect(result.status === 'INVALID' && result.message).to.match(/cannot be read: /);
    expect(await failure(['host: *nowhere'])).to.match(/config\.yaml/);
  });

  it('follows an anchor, and refuses a map for a scalar', async () => {
    expect((await loaded(['x: &h example.test', 'host: *h'])).host).to.equal('example.test');
    expect(await failure(['host: {a: b}'])).to.equal("'host' must be of type String");
  });

  it('keeps the digits of numbers where the option is a text', async () => {
    const config = await loaded(['supertokens_max_cdi_version: 5.0', 'api_keys: 10000000000000000000001']);
    expect(config.supertokens_max_cdi_version).to.equal('5.0');
    expect(config.api_keys).to.equal('10000000000000000000001');
  });

  it('reads null as not set', async () => {
    const config = await loaded([
      'access_token_validity: null',
      'bulk_migration_sleep_between_rounds_in_batch_ms: ~',
      'info_log_path: null',
      'api_keys:',
    ]);
    expect(config.access_token_validity).to.equal(3600);
    expect(config.bulk_migration_sleep_between_rounds_in_batch_ms).to.equal(null);
    expect(config.info_log_path).to.equal(null);
    expect(config.api_keys).to.equal(null);
  });

  it('reports wrong types in the order of the file, before wrong values', async () => {
    const lines = ['access_token_validity: 0', 'totp_max_attempts: x', 'port: y'];
    expect(await failure(lines)).to.equal("'totp_max_attempts' must be of type int");
  });

  it('case 31: an IP rule has to be a regular expression; a blank one is none', async () => {
    expect(await failure(['ip_allow_regex: "*"'])).to.equal(
      'Provided regular expression is invalid for ip_allow_regex config',
    );
    expect((await loaded(['ip_allow_regex: "  "'])).ip_allow_regex).to.equal(null);
  });

  it('case 32: normalises the base path', async () => {
    expect((await loaded(['base_path: //some//path/'])).base_path).to.equal('/some/path');
  });

  it('case 33: a base path has no blanks', async () => {
    expect(await failure(['base_path: "/some path"'])).to.equal('Invalid characters in base_path config');
  });

  it('case 35: API keys are long enough and of the right characters', async () => {
    expect(await failure(['api_keys: abc'])).to.equal(
      'One of the API keys is too short. Please use at least 20 characters',
    );
    for (const key of ['abcdefghij#klmnopqrstuv', 'abcdefghij klmnopqrstuv']) {
      expect(await failure([`api_keys: ${key}`])).to.equal(
        "Invalid characters in API key. Please only use '=', '-' and alpha-numeric (including capitals)",
      );
    }
  });

  it('case 36: the SaaS secret needs API keys and 40 characters', async () => {
    expect(await failure([`supertokens_saas_secret: ${'s'.repeat(40)}`])).to.equal(
      'supertokens_saas_secret can only be used when api_key is also defined',
    );
    const keys = `api_keys: ${'k'.repeat(20)}`;
    expect(await failure([keys, `supertokens_saas_secret: ${'s'.repeat(39)}`])).to.equal(
      'supertokens_saas_secret is too short. Please use at least 40 characters',
    );
    expect(await failure([keys, `supertokens_saas_secret: ${'s'.repeat(40)}`])).to.equal(undefined);
  });

  it('case 37: a refresh token outlives its access token; the text says where the file is', async () => {
    const text = "'refresh_token_validity' must be strictly greater than 'access_token_validity'.";
    const lines = ['refresh_token_validity: 1', 'access_token_validity: 3600'];
    expect(await failure(lines)).to.equal(`${text} The config file can be found here: ${path}`);
    const env = { REFRESH_TOKEN_VALIDITY: '1', ACCESS_TOKEN_VALIDITY: '3600' };
    expect(await loadBaseConfig({ env })).to.deep.equal({ status: 'INVALID', message: text });
  });

  it('case 38: the environment beats the file, empty variables are ignored, quoted ones unquoted', async () => {
    const env = { ACCESS_TOKEN_VALIDITY: '7200', BASE_PATH: '', API_KEYS: '"keyaaaaaaaaaaaaaaaaaa"' };
    const config = await loaded(['access_token_validity: 100', 'base_path: /x'], { env });
    expect(config).to.include({ access_token_validity: 7200, base_path: '/x', api_keys: 'keyaaaaaaaaaaaaaaaaaa' });
  });

  it('case 39: reads texts as booleans and refuses others', async () => {
    expect(await failure(['totp_max_attempts: 5.5'])).to.equal("'totp_max_attempts' must be of type int");
    expect((await loaded(['disable_telemetry: "TRUE"'])).disable_telemetry).to.equal(true);
    expect(await failure(['disable_telemetry: yes-please'])).to.equal("'disable_telemetry' must be of type boolean");
  });

  it('names the variable whose number is none', async () => {
    expect(await failure([], { env: { PASSWORDLESS_CODE_LIFETIME: 'soon' } })).to.equal(
      "'passwordless_code_lifetime' must be of type long (environment variable PASSWORDLESS_CODE_LIFETIME)",
    );
    expect(await failure([], { args: { port: 'x' } })).to.equal("'port' must be of type int");
  });

  it('takes options from their own variables only', async () => {
    const env = { PORT: '1', HOST: 'x', WEBSERVER_HTTPS_ENABLED: 'true', CORE_CONFIG_VERSION: '-1' };
    const config = await loaded([], { env });
    expect(config).to.include({
      port: 3567,
      host: '127.0.0.1',
      webserver_https_enabled: false,
      core_config_version: 0,
    });
  });

  it('case 51, 58: relaxes nos. 3 to 5 in test mode, which the environment or the command line switches on', async () => {
    const lines = ['refresh_token_validity: 1', 'access_token_dynamic_signing_key_update_interval: 0.001'];
    expect(await failure(lines)).not.to.equal(undefined);
    expect(await failure([...lines, 'test_mode: true', 'ANNALS_TEST_MODE: true'])).not.to.equal(undefined);
    expect(await failure(lines, { env: { TEST_MODE: 'true', ANNALS_TEST_MODE: '1' } })).not.to.equal(undefined);
    expect(await load(lines, { env: { ANNALS_TEST_MODE: 'true' } })).to.deep.include({ status: 'OK', testMode: true });
    expect(await load(lines, { args: { testMode: true } })).to.deep.include({ status: 'OK', testMode: true });
  });
});
