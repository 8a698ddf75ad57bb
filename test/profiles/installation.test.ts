import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { projectionsOf } from '../cli/projections-fixture.js';
import { makeHistory } from '../contract/views/history.js';
import { type CdiClient, cdiClient } from '../support/cdi.js';
import { type Engines, type SharedProfile, startEngines } from '../support/engines.js';
import { type Installation, type RoleName, type RoleProcess, startInstallation } from '../support/installation.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { type Clients, expectAllThere, startClients } from './clients.js';
import { PAIRS, type Pair, TENANCY_PAIRS } from './read-your-writes.js';

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(100);
}

let server: PostgresServer;

/** Every fault is tried on one profile; on the other those that its engines make different. */
const PROFILES: readonly { readonly profile: SharedProfile; readonly pairs: number; readonly kills: boolean }[] = [
  { profile: 'postgres-redis', pairs: 1_000, kills: true },
  { profile: 'kurrentdb', pairs: 100, kills: false },
];

for (const { profile, pairs, kills } of PROFILES)
  describe(`two processes of every role: ${profile}`, function () {
    this.timeout(120_000);
    let engines: Engines;
    let installation: Installation;
    let gateways: readonly CdiClient[];

    before(async () => {
      server ??= await startPostgres();
      engines = await startEngines(profile, server);
      installation = await startInstallation({ engines });
      gateways = installation.processes.gateway.map(({ url }) => cdiClient(url));
    });

    after(async () => {
      await installation?.stop();
      await engines?.stop();
      if (profile === 'kurrentdb') await server?.remove();
    });

    afterEach(function () {
      if (this.currentTest?.state === 'failed') process.stderr.write(installation.output().slice(-20_000));
    });

    const gateway = (n: number): CdiClient => gateways[n] ?? cdiClient('');
    const urls = (): readonly string[] => installation.processes.gateway.map(({ url }) => url);
    const one = (role: RoleName, n = 0): RoleProcess => {
      const found = installation.processes[role][n];
      if (!found) throw new Error(`there is no ${role} ${n}`);
      return found;
    };
    const isReady = async ({ url }: RoleProcess) =>
      (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
    const allReady = async () =>
      (await Promise.all(Object.values(installation.processes).flat().map(isReady))).every(Boolean);

    async function runPairs(kinds: Readonly<Record<string, Pair>>, count: number, atOnce: number): Promise<void> {
      const all = Object.entries(kinds);
      let done = 0;
      const worker = async (): Promise<void> => {
        while (done < count) {
          const n = done++;
          const [what, pair] = all[n % all.length] ?? ['', async () => undefined];
          const [write, read] = n % 2 === 0 ? [gateway(0), gateway(1)] : [gateway(1), gateway(0)];
          try {
            await pair(write, read, `p${n}${Math.random().toString(36).slice(2, 8)}`);
          } catch (cause) {
            throw new Error(`pair ${n}: ${what}`, { cause });
          }
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    }

    it(`${pairs} writes are seen at once through the other gateway`, async () => {
      await runPairs(PAIRS, pairs, 16);
      for (const cdi of gateways)
        expect((await cdi.get('/metrics')).text).not.to.match(/^annals_stale_answers_total\{/m);
    });

    it('apps and tenants, which every process keeps in memory, are seen at once as well', async () => {
      await runPairs(TENANCY_PAIRS, 12, 4);
      for (const cdi of gateways)
        expect((await cdi.get('/metrics')).text).not.to.match(/^annals_stale_answers_total\{/m);
    });

    it('FLUSHALL on Redis under load: no session is lost, none that was revoked comes back, the view heals', async () => {
      await makeHistory(gateway(0), 'flushed', 5);
      const revoked: string[] = [];
      const clients = startClients(urls(), 'flush', 3);
      await clients.furtherSignUps(5);
      for (const [handle] of [...clients.told.sessions].slice(0, 3)) {
        await gateway(0).post('/recipe/session/remove', { sessionHandles: [handle] }, '5.3');
        revoked.push(handle);
      }
      await engines.redis?.flush();
      for (const handle of revoked)
        expect((await gateway(1).get(`/recipe/session?sessionHandle=${handle}`, '5.3')).json.status).to.equal(
          'UNAUTHORISED',
        );
      await clients.furtherSignUps(5);
      await clients.stop();
      for (const handle of revoked) clients.told.sessions.delete(handle);
      expect([clients.told.wrong, clients.told.stale]).to.deep.equal([[], []]);
      await expectAllThere(gateway(1), clients.told);
      for (const handle of revoked)
        expect((await gateway(0).get(`/recipe/session?sessionHandle=${handle}`, '5.3')).json.status).to.equal(
          'UNAUTHORISED',
        );
      expect(await engines.redis?.command('DBSIZE')).to.be.above(1);
    });

    /** What clients may be told while something is down, besides 200. */
    type Allowed = 'nothing' | '503' | 'broken connections and 503';

    async function underLoad(
      name: string,
      allowed: Allowed,
      happen: (clients: Clients) => Promise<void>,
    ): Promise<void> {
      const clients = startClients(urls(), name, 4);
      await clients.furtherSignUps(3);
      await happen(clients);
      await until(allReady);
      await clients.furtherSignUps(4);
      await clients.stop();
      expect([clients.told.wrong, clients.told.stale]).to.deep.equal([[], []]);
      if (allowed !== 'broken connections and 503') expect(clients.told.broken).to.equal(0);
      if (allowed === 'nothing') expect([...clients.told.statuses.keys()]).to.deep.equal([200]);
      await expectAllThere(gateway(0), clients.told);
    }

    const CASES: readonly { role: RoleName; allowed: Allowed }[] = [
      { role: 'gateway', allowed: 'broken connections and 503' },
      { role: 'command', allowed: '503' },
      { role: 'query', allowed: 'nothing' },
      { role: 'projector', allowed: 'nothing' },
    ];
    for (const { role, allowed } of kills ? CASES : [])
      it(`SIGKILL of a ${role} under load loses nothing; clients see ${allowed} besides answers`, async () => {
        await underLoad(`killed-${role}`, allowed, async (clients) => {
          const killed = one(role);
          await killed.end('SIGKILL');
          await clients.furtherSignUps(3);
          await killed.start();
        });
      });

    if (kills)
      it('SIGKILL of both projectors: answers wait for the views, and what they could not wait for is not stale', async () => {
        await underLoad('killed-projectors', 'nothing', async () => {
          await Promise.all([one('projector', 0).end('SIGKILL'), one('projector', 1).end('SIGKILL')]);
          await one('projector', 1).start();
          await one('projector', 0).start();
        });
      });

    if (kills)
      it('a frozen query process or projector is left out, and takes part again', async () => {
        await underLoad('frozen', '503', async (clients) => {
          for (const role of ['query', 'projector'] as const) {
            one(role).signal('SIGSTOP');
            await clients.furtherSignUps(3);
            one(role).signal('SIGCONT');
            await until(() => isReady(one(role)));
          }
        });
      });

    if (kills)
      it('Redis killed and started again: nobody notices', async () => {
        await underLoad('no-redis', 'nothing', async (clients) => {
          await engines.redis?.kill();
          await clients.furtherSignUps(4);
          await engines.redis?.start();
        });
      });

    it('PostgreSQL restarted twice: 503 meanwhile and no other failure', async () => {
      await underLoad('no-postgres', '503', async () => {
        for (let n = 0; n < 2; n++) {
          await server.stop();
          await until(async () => (await gateway(0).get('/users?limit=1', '5.3')).status === 503);
          await server.start();
        }
      });
    });

    if (profile === 'kurrentdb')
      it('the log killed and started again: 503 meanwhile and no other failure', async () => {
        await underLoad('no-log', '503', async () => {
          await engines.double?.kill();
          await until(async () => !(await isReady(one('command'))));
          await engines.double?.restart();
        });
      });

    it('after all that the views are equal to rebuilt ones, and no stream is parked', async () => {
      const verified = await projectionsOf(engines.env, 'verify', 'directory');
      expect(verified.code, `${verified.stdout}${verified.stderr}`).to.equal(0);
      expect(verified.stdout).to.include('directory: EQUAL');
      const { text } = await fetch(`${one('query').url}/metrics`, {
        headers: { authorization: `Bearer ${installation.env.ANNALS_INTERNAL_KEY}` },
      }).then(async (answer) => ({ text: await answer.text() }));
      expect(text).to.match(/^annals_projection_lag_positions\{view="directory"\} /m);
      expect(text).not.to.match(/^annals_parked_streams\{/m);
    });
  });
