import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { annalsServices, interpolated, readCompose, secretNames } from '../deploy/compose-file.js';
import { ANNALS, type AnnalsProcess, annalsProcess } from '../support/annals-process.js';
import { type CdiAnswer, type CdiClient, cdiClient } from '../support/cdi.js';
import { freePort } from '../support/free-port.js';
import { type RunningDouble, runDouble } from '../support/kurrentdb-double/process.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const SECRET = 'c0'.repeat(32);
const run = promisify(execFile);

/** Starts what compose.yaml starts, with the commands and settings that it has: here, without containers. */
describe('the processes of compose.yaml', function () {
  this.timeout(90_000);
  const compose = readCompose();
  const services = annalsServices(compose);
  const names = services.map(([name]) => name);
  const secrets = Object.fromEntries(secretNames().map((name) => [name, SECRET]));
  const addresses = new Map<string, string>();
  const processes = new Map<string, AnnalsProcess>();
  let double: RunningDouble;
  let postgres: PostgresServer;
  let redis: RedisServer;

  /** The settings of a service as Compose fills them in, with addresses of this machine for the names of containers. */
  function environmentOf(service: string): Record<string, string> {
    const { environment = {} } = compose.services[service] ?? {};
    const filled = Object.entries(environment).map(([name, text]) => {
      const value = interpolated(text, secrets).replaceAll(
        /(?<=\/\/|@)([a-z][a-z0-9-]*:\d+)(?=[/,?]|$)/g,
        (address) => addresses.get(address) ?? address,
      );
      return [name, value];
    });
    const here = addresses.get(`${service}:${environment.SUPERTOKENS_PORT}`)?.split(':');
    return { ...Object.fromEntries(filled), ...(here && { SUPERTOKENS_HOST: here[0], SUPERTOKENS_PORT: here[1] }) };
  }

  const clientOf = (service: string): CdiClient =>
    cdiClient(`http://${addresses.get(`${service}:3567`) ?? 'unknown.invalid'}`);

  const post = (service: string, path: string, body: unknown, key = SECRET): Promise<CdiAnswer> =>
    clientOf(service).call('POST', path, { body, headers: { 'api-key': key } });

  before(async () => {
    [double, postgres, redis] = await Promise.all([runDouble(), startPostgres(), startRedis({ requirepass: SECRET })]);
    // As the image and the script in deploy/postgres make them.
    await postgres.createDatabase('annals');
    await postgres.createDatabase('annals_keyring');
    addresses.set('kurrentdb:2113', new URL(double.url).host);
    addresses.set('postgres:5432', `127.0.0.1:${postgres.port}`);
    addresses.set('redis:6379', new URL(redis.url).host);
    for (const name of names) addresses.set(`${name}:3567`, `127.0.0.1:${await freePort()}`);
  });

  after(async () => {
    await Promise.all([...processes.values()].map((one) => one.end('SIGKILL')));
    await redis?.remove();
    await postgres?.remove();
    await double?.stop();
  });

  async function startAll(names: readonly string[]): Promise<void> {
    const started = names.map((name) => {
      const { command = [] } = compose.services[name] ?? {};
      return [name, annalsProcess({ command, env: environmentOf(name) })] as const;
    });
    for (const [name, one] of started) processes.set(name, one);
    await Promise.all(started.map(([, one]) => one.start())).catch((error) => {
      const outputs = started.map(([name, one]) => `${name}: ${one.output()}`);
      throw new Error(`not all processes started:\n${outputs.join('\n')}`, { cause: error });
    });
  }

  it('migrate prepares the stores; then all that open them start', async () => {
    const { command = [] } = compose.services.migrate ?? {};
    const env = { PATH: process.env.PATH, ...environmentOf('migrate') };
    const { stdout } = await run(process.execPath, [ANNALS, ...command], { env });
    expect(stdout).to.include('The stores have what this version of Annals needs');
    await startAll(names.filter((name) => name !== 'migrate' && !name.startsWith('gateway')));
  });

  it('gateways start, which open none', async () => {
    await startAll(names.filter((name) => name.startsWith('gateway')));
    expect([...processes.keys()].sort()).to.deep.equal(names.filter((name) => name !== 'migrate').sort());
  });

  it('each answers its probes, and what it measures to whoever has the key', async () => {
    for (const name of processes.keys()) {
      expect((await clientOf(name).get('/livez')).status, name).to.equal(200);
      expect((await clientOf(name).get('/readyz')).text, name).to.include('"READY"');
      expect((await clientOf(name).get('/metrics')).status, name).to.equal(401);
      const measured = await clientOf(name).call('GET', '/metrics', { headers: { authorization: `Bearer ${SECRET}` } });
      expect(measured.text, name).to.include('process_cpu_seconds_total');
    }
  });

  it('who signs up through one gateway signs in through the other; without an API key nobody does', async () => {
    const person = { email: 'ann@example.org', password: 'secret-1' };
    expect((await post('gateway-1', '/recipe/signup', person, 'wrong')).status).to.equal(401);
    const { user } = (await post('gateway-1', '/recipe/signup', person)).json;
    const signedIn = (await post('gateway-2', '/recipe/signin', person)).json;
    expect([signedIn.status, signedIn.user?.id]).to.deep.equal(['OK', user.id]);
    const session = { userId: user.id, userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
    const { accessToken } = (await post('gateway-2', '/recipe/session', session)).json;
    const asked = {
      accessToken: accessToken.token,
      doAntiCsrfCheck: false,
      enableAntiCsrf: false,
      checkDatabase: true,
    };
    expect((await post('gateway-1', '/recipe/session/verify', asked)).json.status).to.equal('OK');
  });

  it('SIGTERM stops each in order', async () => {
    for (const [name, one] of processes) expect(await one.end('SIGTERM'), name).to.equal(0);
  });
});
