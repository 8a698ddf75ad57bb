import { expect } from 'chai';
import { openPostgresKeyringStore } from '../../../infra/postgres/keyring-store.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';
import { keyringStoreContract, type OpenedKeyringStore } from './contract.js';
import { keyringContract } from './keyring-contract.js';

describe('PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;
  let schemas = 0;

  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase('keyring');
  });
  after(() => server.remove());

  async function open(): Promise<OpenedKeyringStore> {
    const schema = `keyring_${++schemas}`;
    const store = await openPostgresKeyringStore({ url, schema });
    return { store, another: () => openPostgresKeyringStore({ url, schema }), close: () => store.close() };
  }

  keyringStoreContract('PostgreSQL', open);
  keyringContract('PostgreSQL', open);

  it('goes on after the server was restarted', async () => {
    const store = await openPostgresKeyringStore({ url });
    const secret = await store.insertSecret('pepper', Buffer.from('secret'));
    await server.restart();
    expect(await store.secret('pepper')).to.deep.equal(secret);
    await store.close();
  });
});
