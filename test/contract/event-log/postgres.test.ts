import { openPostgresEventLog } from '../../../infra/postgres/event-log.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';
import { eventLogContract } from './contract.js';

describe('PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;

  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase('log');
  });
  after(() => server.remove());

  eventLogContract('PostgreSQL', async () => {
    let log = await openPostgresEventLog({ url });
    return {
      log,
      async reopen() {
        await log.close();
        log = await openPostgresEventLog({ url });
        return log;
      },
      close: () => log.close(),
    };
  });
});
