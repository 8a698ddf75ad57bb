import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROLES } from '../support/installation.js';
import {
  annalsServices,
  type ComposeService,
  interpolated,
  interpolations,
  readCompose,
  secretNames,
} from './compose-file.js';
import { addressesIn, expectAccepted, expectNeeds, expectPinned } from './process-needs.js';

const SECRET = 'ab'.repeat(32);

describe('compose.yaml', () => {
  const compose = readCompose();
  const services = Object.entries(compose.services);
  const annals = annalsServices(compose);
  const serviceOf = (name: string): ComposeService => {
    const found = compose.services[name];
    if (!found) throw new Error(`compose.yaml has no service ${name}`);
    return found;
  };
  const commandOf = ({ command }: ComposeService): string => command[0] ?? '';
  const reachable = (from: ComposeService, to: ComposeService) =>
    from.networks.some((one) => to.networks.includes(one));
  const secrets = Object.fromEntries(secretNames().map((name) => [name, SECRET]));
  const environmentOf = ({ environment }: ComposeService) =>
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolated(value, secrets)]));

  it('runs two of each role, and what prepares the stores once before', () => {
    const count = (command: string) => annals.filter(([, service]) => commandOf(service) === command).length;
    for (const role of ROLES) expect(count(role), role).to.equal(2);
    expect(count('migrate')).to.equal(1);
    for (const [name, service] of annals)
      if (name !== 'migrate')
        expect(service.depends_on, name).to.deep.equal({ migrate: { condition: 'service_completed_successfully' } });
    expect(serviceOf('migrate')).to.deep.include({
      restart: 'no',
      depends_on: Object.fromEntries(
        ['kurrentdb', 'postgres', 'redis'].map((store) => [store, { condition: 'service_healthy' }]),
      ),
    });
  });

  for (const [name, service] of annals)
    it(`${name} is told what its command needs, in words that Annals takes, and no more`, () => {
      expect(service.command).to.have.length(1);
      expectNeeds(commandOf(service), Object.keys(service.environment));
      expectAccepted(environmentOf(service));
      expect(service.environment).to.include({ SUPERTOKENS_HOST: '0.0.0.0', SUPERTOKENS_PORT: '3567' });
    });

  it('whatever is reached by a URL is there, with that port, in a network of who asks', () => {
    const ports: Record<string, string> = { kurrentdb: '2113', postgres: '5432', redis: '6379' };
    for (const [name, service] of annals) {
      const environment = environmentOf(service);
      const addresses = Object.entries(environment)
        .filter(([variable]) => /_URLS?$/.test(variable))
        .flatMap(([, urls]) => addressesIn(urls));
      expect(addresses, name).to.not.be.empty;
      for (const address of addresses) {
        const [host = '', port] = address.split(':');
        expect(reachable(service, serviceOf(host)), `${name} reaches ${host}`).to.equal(true);
        expect(port, address).to.equal(ports[host] ?? serviceOf(host).environment.SUPERTOKENS_PORT);
      }
    }
  });

  it('gateways know every process of the other roles by its own name', () => {
    const ofRole = (role: string) =>
      annals.filter(([, service]) => commandOf(service) === role).map(([name]) => `${name}:3567`);
    for (const [, service] of annals.filter(([, one]) => commandOf(one) === 'gateway')) {
      expect(addressesIn(service.environment.ANNALS_COMMAND_URLS ?? '')).to.deep.equal(ofRole('command'));
      expect(addressesIn(service.environment.ANNALS_QUERY_URLS ?? '')).to.deep.equal(ofRole('query'));
    }
  });

  it('the load balancer knows every gateway, and asks each whether it is ready', () => {
    const [file = ''] = serviceOf('load-balancer').volumes.map((volume) => volume.split(':')[0]);
    const config = readFileSync(file, 'utf8');
    const gateways = annals.filter(([, service]) => commandOf(service) === 'gateway').map(([name]) => name);
    const servers = [...config.matchAll(/^ {2}server (\S+) (\S+)$/gm)].map(([, name, address]) => [name, address]);
    expect(servers).to.deep.equal(gateways.map((name) => [name, `${name}:3567`]));
    expect(config)
      .to.match(/^ {2}option httpchk$/m)
      .and.to.match(/^ {2}http-check send meth GET uri \/readyz /m);
    expect(config).to.match(/^ {2}default-server check /m);
    // A request that may have been taken must not be sent again.
    expect(config).to.match(/^ {2}retry-on conn-failure$/m);
  });

  it('the load balancer alone is reached from outside; stores and internal services are not reached by it', () => {
    expect(services.filter(([, { ports }]) => ports.length > 0).map(([name]) => name)).to.deep.equal(['load-balancer']);
    const open = Object.entries(compose.networks).filter(([, { internal }]) => !internal);
    expect(open.map(([name]) => name)).to.deep.equal(['edge']);
    expect(services.filter(([, { networks }]) => networks.includes('edge')).map(([name]) => name)).to.deep.equal([
      'load-balancer',
    ]);
    const mayReach: Record<string, readonly string[]> = {
      'load-balancer': ['gateway-1', 'gateway-2'],
      'gateway-1': ['command-1', 'command-2', 'gateway-2', 'load-balancer', 'query-1', 'query-2'],
    };
    for (const [name, others] of Object.entries(mayReach)) {
      const reached = services.filter(([other, to]) => other !== name && reachable(serviceOf(name), to));
      expect(reached.map(([other]) => other).sort(), name).to.deep.equal(others);
    }
  });

  it('no container can change its own files or get further rights, and each has its bounds', () => {
    for (const [name, service] of services) {
      expect(service, name).to.deep.include({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect(service.deploy.resources.limits, name).to.have.all.keys('cpus', 'memory', 'pids');
      expect(service.restart, name).to.equal(name === 'migrate' ? 'no' : 'unless-stopped');
      if (!annals.some(([one]) => one === name)) expect(service.healthcheck?.test, name).to.not.be.undefined;
    }
  });

  it('images are pinned, ours to the version of the package', () => {
    for (const [, { image }] of services) expectPinned(image);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, { image }] of annals) expect(image).to.equal(`annals:${version}`);
  });

  it('no secret has a default, and all of them are in .env.example', () => {
    const text = readFileSync('compose.yaml', 'utf8').replaceAll(/^\s*#.*$/gm, '');
    const used = interpolations(text);
    const withDefault = used.filter(({ rule }) => rule !== '?').map(({ name }) => name);
    expect(withDefault).to.deep.equal(['LISTEN_ON']);
    const required = used.filter(({ rule }) => rule === '?').map(({ name }) => name);
    expect([...new Set(required)].sort()).to.deep.equal([...secretNames()].sort());
    // Whatever is in clear where a secret belongs would be one with a default.
    for (const [name, { environment }] of services)
      for (const [variable, value] of Object.entries(environment))
        if (/KEYS?$|PASSWORD$|_DIRECTORY_URL$|_KEYRING_URL$|_SESSIONS_URL$/.test(variable))
          expect(interpolations(value), `${name}: ${variable}`).to.not.be.empty;
    expect(() => interpolated(serviceOf('command-1').environment.ANNALS_MASTER_KEY ?? '', {})).to.throw(
      'ANNALS_MASTER_KEY is not set',
    );
  });
});
