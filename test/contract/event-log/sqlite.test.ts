import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEventLog } from '../../../infra/sqlite/event-log.js';
import { eventLogContract } from './contract.js';

eventLogContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'annals-log-'));
  const file = join(folder, 'log.db');
  let log = await openSqliteEventLog({ file });
  return {
    log,
    async reopen() {
      await log.close();
      log = await openSqliteEventLog({ file });
      return log;
    },
    async close() {
      await log.close();
      await rm(folder, { recursive: true });
    },
  };
});
