import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteKeyringStore } from '../../../infra/keyring/sqlite-keyring-store.js';
import { keyringStoreContract, type OpenedKeyringStore } from './contract.js';
import { keyringContract } from './keyring-contract.js';

async function open(): Promise<OpenedKeyringStore> {
  const folder = await mkdtemp(join(tmpdir(), 'annals-keyring-'));
  const file = join(folder, 'keyring.db');
  const store = openSqliteKeyringStore(file);
  return {
    store,
    another: async () => openSqliteKeyringStore(file),
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

keyringStoreContract('SQLite', open);
keyringContract('SQLite', open);
