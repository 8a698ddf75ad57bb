import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { projectionsOf } from '../cli/projections-fixture.js';
import { makeHistory } from '../contract/views/history.js';
import { type CdiClient, cdiClient } from '../support/cdi.js';
import { type Engines, startEngines } from '../support/engines.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { type Annals, startAnnals } from '../support/service.js';
import { expectAllThere, refreshBody, sessionBody, startClients } from './clients.js';

let server: PostgresServer;

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(100);
}

for (const profile of ['postgres', 'kurrentdb'] as const)
  describe(`a service on other engines: ${profile}`, function () {
    this.timeout(40_000);
    let engines: Engines;
    let annals: Annals;
    let cdi: CdiClient;

    before(async () => {
      server ??= await startPostgres();
      engines = await startEngines(profile, server);
      annals = await startAnnals({ engines });
      cdi = cdiClient(annals.url);
    });

    after(async () => {
      await annals?.stop();
      await engines?.stop();
      if (profile === 'kurrentdb') await server?.remove();
    });

    const views = ['directory', 'sessions'];
    const run = (...given: string[]) => projectionsOf(engines.env, ...given);
    const ready = async () => (await cdi.get('/readyz')).status === 200;

    it('signs up and in, keeps sessions, makes tenants, removes users', async () => {
      const person = { email: 'ann@example.org', password: 'secret' };
      const { user } = (await cdi.post('/recipe/signup', person)).json;
      expect((await cdi.post('/recipe/signup', person)).json.status).to.equal('EMAIL_ALREADY_EXISTS_ERROR');
      expect((await cdi.post('/recipe/signin', person)).json.user.id).to.equal(user.id);
      const tenant = await cdi.put('/recipe/multitenancy/tenant/v2', { tenantId: 't1' }, '5.3');
      expect(tenant.json).to.deep.include({ status: 'OK', createdNew: true });
      expect((await cdi.at('/t1').post('/recipe/signin', person)).json.status).to.equal('WRONG_CREDENTIALS_ERROR');

      const created = (await cdi.post('/recipe/session', sessionBody(user.id))).json;
      const refreshed = (await cdi.post('/recipe/session/refresh', refreshBody(created.refreshToken.token))).json;
      expect(refreshed.status).to.equal('OK');
      const verify = { accessToken: refreshed.accessToken.token, doAntiCsrfCheck: false, enableAntiCsrf: false };
      const verified = await cdi.post('/recipe/session/verify', { ...verify, checkDatabase: true }, '5.3');
      expect(verified.json.session).to.deep.include({ handle: created.session.handle, userDataInJWT: { a: 1 } });
      const { handle } = created.session;
      const removed = await cdi.post('/recipe/session/remove', { sessionHandles: [handle] });
      expect(removed.json.sessionHandlesRevoked).to.deep.equal([handle]);
      expect((await cdi.get(`/recipe/session?sessionHandle=${handle}`)).json.status).to.equal('UNAUTHORISED');

      expect((await cdi.get('/users')).json.users).to.have.length(1);
      expect((await cdi.post('/user/remove', { userId: user.id })).json).to.deep.equal({ status: 'OK' });
      expect((await cdi.get('/users')).json.users).to.deep.equal([]);
      expect((await cdi.post('/recipe/signin', person)).json.status).to.equal('WRONG_CREDENTIALS_ERROR');
      expect(await ready()).to.equal(true);
      // Every view has passed every append, also those that it reads nothing of.
      expect((await cdi.get('/metrics')).text).not.to.match(/^annals_stale_answers_total\{/m);
    });

    it('keeps nothing in the data directory but the file that says where it listens', async () => {
      expect(await readdir(annals.dataDir)).to.deep.equal(['.started']);
    });

    it('a rebuild under writes: no answer fails or is stale, views are equal by digest, nothing is left behind', async function () {
      this.timeout(90_000);
      await makeHistory(cdi, 'profiles', 7);
      const clients = startClients(annals.url, 'rebuilding', 2);
      await clients.furtherSignUps(5);
      const rebuilt = await run('rebuild');
      await clients.furtherSignUps(5);
      await clients.stop();
      for (const view of views)
        expect(rebuilt.stdout).to.match(
          new RegExp(`^${view}: rebuilt and switched at position \\d+, as it was before`, 'm'),
        );
      expect([...clients.told.statuses.keys()]).to.deep.equal([200]);
      expect(clients.told.stale).to.deep.equal([]);
      expect((await cdi.get('/metrics')).text).not.to.match(/^annals_stale_answers_total\{/m);
      const verified = await run('verify');
      for (const view of views) expect(verified.stdout).to.match(new RegExp(`^${view}: EQUAL at position`, 'm'));
      const listed = JSON.parse((await run('list', '--json')).stdout);
      expect(listed.map(({ view }: { view: string }) => view)).to.deep.equal(views);
      for (const { rebuild, parked, tablesFit } of listed) {
        expect(rebuild).to.deep.equal({ underWay: false, checkpoint: null, tables: [] });
        expect([parked.streams, tablesFit]).to.deep.equal([0, true]);
      }
      expect(annals.output()).to.not.include('"level":"error"');
    });

    it('SIGKILL loses nothing that was acknowledged', async () => {
      const clients = startClients(annals.url, 'killed', 4);
      await clients.furtherSignUps(15);
      await annals.killAndRestart();
      await clients.furtherSignUps(5);
      await clients.stop();
      expect(clients.told.wrong).to.deep.equal([]);
      await expectAllThere(cdi, clients.told);
    });

    it('PostgreSQL down and up again: 503 meanwhile and no other failure, then it goes on by itself', async () => {
      const late = profile === 'postgres' ? startLate(await startEngines('postgres', server)) : undefined;
      const clients = startClients(annals.url, 'outage', 4);
      await clients.furtherSignUps(5);
      await server.stop();
      await until(async () => (await cdi.get('/readyz')).status === 503);
      const { reasons } = (await cdi.get('/readyz')).json;
      expect(reasons).to.include('the views do not answer').and.to.include('the keyring does not answer');
      expect(reasons.includes('the event log does not answer')).to.equal(profile === 'postgres');
      const refused = await cdi.get('/users');
      expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([503, '1']);
      await late?.tried;
      await server.start();
      await clients.furtherSignUps(10);
      await clients.stop();
      expect(clients.told.wrong).to.deep.equal([]);
      await until(ready);
      await expectAllThere(cdi, clients.told);
      const verified = await run('verify');
      expect([verified.code, verified.stdout.match(/EQUAL/g)?.length]).to.deep.equal([0, views.length]);
      expect((await cdi.get('/metrics')).text).not.to.match(/^annals_parked_streams\{/m);
      await late?.end();
    });

    /** A service that is started while its database is down. */
    function startLate(own: Engines) {
      let saidSo = () => {};
      const tried = new Promise<void>((resolve) => {
        saidSo = resolve;
      });
      const started = (async () => {
        await until(async () => !(await ready()));
        return startAnnals({
          engines: own,
          onOutput: (text) => {
            if (text.includes('a store can not be reached; trying again')) saidSo();
          },
        });
      })();
      return {
        tried,
        async end() {
          const service = await started;
          expect((await cdiClient(service.url).get('/hello')).status).to.equal(200);
          await service.stop();
        },
      };
    }

    if (profile === 'kurrentdb')
      it('Redis down and up again: nobody notices, and a rebuild brings back all that it held', async () => {
        const clients = startClients(annals.url, 'no-redis', 2);
        await clients.furtherSignUps(3);
        await engines.redis?.kill();
        await clients.furtherSignUps(6);
        const refused = await run('rebuild', 'sessions');
        expect([refused.code, refused.stderr]).to.deep.equal([
          2,
          refused.stderr.match(/.*Redis can't be reached.*\n/)?.[0],
        ]);
        await engines.redis?.start();
        await clients.furtherSignUps(3);
        await clients.stop();
        expect([...clients.told.statuses.keys()]).to.deep.equal([200]);
        await expectAllThere(cdi, clients.told);
        expect(annals.output()).to.include('Redis does not answer: sessions are read from their streams');
        const rebuilt = await run('rebuild', 'sessions');
        expect([rebuilt.code, rebuilt.stdout]).to.deep.equal([
          0,
          rebuilt.stdout.match(/^sessions: rebuilt .*\n$/)?.[0],
        ]);
        expect((await run('verify', 'sessions')).stdout)
          .to.match(/^sessions: EQUAL/)
          .and.not.include('only');
      });

    if (profile === 'kurrentdb')
      it('the log down and up again: 503 meanwhile and no other failure, then it goes on by itself', async () => {
        const clients = startClients(annals.url, 'no-log', 4);
        await clients.furtherSignUps(5);
        await engines.double?.kill();
        await until(async () => (await cdi.get('/readyz')).status === 503);
        expect((await cdi.get('/readyz')).json.reasons).to.include('the event log does not answer');
        expect((await cdi.get('/users')).status, 'views are read without the log').to.equal(200);
        await engines.double?.restart();
        await clients.furtherSignUps(10);
        await clients.stop();
        expect(clients.told.wrong).to.deep.equal([]);
        await until(ready);
        await expectAllThere(cdi, clients.told);
        expect((await cdi.get('/metrics')).text).to.match(/^annals_log_feed_drops_total [1-9]/m);
      });
  });
