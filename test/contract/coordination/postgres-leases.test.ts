import { expect } from 'chai';
import { Client } from 'pg';
import type { Leases } from '../../../infra/ports/lease.js';
import { StoreUnavailableError } from '../../../infra/ports/store-unavailable.js';
import { openPostgresLeases } from '../../../infra/postgres/leases.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';
import { rejectionOf } from '../event-log/fixture.js';

const LONG = 600_000;
const TIMEOUT_MS = 10_000;

describe('leases in PostgreSQL (infra/ports/lease.ts)', () => {
  let server: PostgresServer;
  let url: string;
  let here: Leases;
  let there: Leases;
  let admin: Client;
  let names = 0;
  let name: string;

  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase('leases');
  });
  after(() => server.remove());

  beforeEach(async () => {
    // At the same time: both find no table.
    [here, there] = await Promise.all([openPostgresLeases(url, TIMEOUT_MS), openPostgresLeases(url, TIMEOUT_MS)]);
    admin = new Client({ connectionString: url });
    await admin.connect();
    name = `lease ${++names}`;
  });
  afterEach(async () => {
    await admin.end();
    await here.close();
    await there.close();
  });

  /** Makes a lease of somebody else that is over by the clock of the server. */
  async function expired(): Promise<void> {
    await here.take(name, 'former', 1);
    for (;;) {
      const { rows } = await admin.query<{ over: boolean }>(
        'SELECT expires_at < clock_timestamp() AS over FROM annals_coordination.leases WHERE name = $1',
        [name],
      );
      if (rows[0]?.over) return;
    }
  }

  it('gives a lease to whoever asks first, and refuses it to others', async () => {
    expect(await here.take(name, 'a', LONG)).to.equal(true);
    expect(await there.take(name, 'b', LONG)).to.equal(false);
    expect(await here.take(name, 'b', LONG)).to.equal(false);
  });

  it('renews it for its holder, from whichever connection', async () => {
    await here.take(name, 'a', 1);
    expect(await there.take(name, 'a', LONG)).to.equal(true);
    expect(await there.take(name, 'b', LONG)).to.equal(false);
  });

  it('keeps leases of different names apart', async () => {
    expect(await here.take(name, 'a', LONG)).to.equal(true);
    expect(await here.take(`${name} of another kind`, 'b', LONG)).to.equal(true);
  });

  it('gives it to another one once it has run out, and refuses it to its former holder', async () => {
    await expired();
    expect(await there.take(name, 'b', LONG)).to.equal(true);
    expect(await here.take(name, 'former', LONG)).to.equal(false);
  });

  it('renews one that has run out, as long as nobody else has taken it', async () => {
    await expired();
    expect(await here.take(name, 'former', LONG)).to.equal(true);
    expect(await there.take(name, 'b', LONG)).to.equal(false);
  });

  it('lasts as long as was asked for last, by the clock of the server', async () => {
    await here.take(name, 'a', LONG);
    await here.take(name, 'a', LONG / 2);
    const { rows } = await admin.query<{ left: number }>(
      'SELECT extract(epoch FROM expires_at - clock_timestamp())::float8 * 1000 AS left FROM annals_coordination.leases WHERE name = $1',
      [name],
    );
    expect(rows[0]?.left).to.be.within(LONG / 4, LONG / 2);
  });

  it('gives it to another one at once after it was given back', async () => {
    await here.take(name, 'a', LONG);
    await here.release(name, 'a');
    expect(await there.take(name, 'b', LONG)).to.equal(true);
  });

  it('lets nobody but its holder give it back', async () => {
    await here.take(name, 'a', LONG);
    await there.release(name, 'b');
    await there.release('no such lease', 'b');
    expect(await there.take(name, 'b', LONG)).to.equal(false);
  });

  it('is given to exactly one of several that ask at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const lease = `${name}.${round}`;
      const asked = ['a', 'b', 'c', 'd'].map((holder, n) => (n % 2 ? here : there).take(lease, holder, LONG));
      expect((await Promise.all(asked)).filter(Boolean)).to.have.length(1);
    }
  });

  it('is given to exactly one of several that ask at the same time for one that has run out', async () => {
    for (let round = 0; round < 10; round++) {
      await expired();
      const asked = ['a', 'b', 'c', 'd'].map((holder, n) => (n % 2 ? here : there).take(name, holder, LONG));
      expect((await Promise.all(asked)).filter(Boolean)).to.have.length(1);
      await Promise.all(['a', 'b', 'c', 'd'].map((holder) => here.release(name, holder)));
    }
  });

  it('says that the store is away while the server is, and goes on with what it was told before', async () => {
    await here.take(name, 'a', LONG);
    await admin.end();
    await server.stop();
    expect(await rejectionOf(here.take(name, 'a', LONG))).to.be.instanceOf(StoreUnavailableError);
    expect(await rejectionOf(here.release(name, 'a'))).to.be.instanceOf(StoreUnavailableError);
    await server.start();
    expect(await there.take(name, 'b', LONG)).to.equal(false);
    expect(await here.take(name, 'a', LONG)).to.equal(true);
    admin = new Client({ connectionString: url });
    await admin.connect();
  });

  it('says that the store is away if it can not be opened', async () => {
    const nowhere = url.replace(`:${server.port}/`, ':1/');
    expect(await rejectionOf(openPostgresLeases(nowhere, TIMEOUT_MS))).to.be.instanceOf(StoreUnavailableError);
  });
});
