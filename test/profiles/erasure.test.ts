import { erasureContract } from '../contract/erasure/contract.js';
import { startEngines } from '../support/engines.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { startAnnals } from '../support/service.js';
import { filesIn, keysOf, type StoredBytes, tablesOf } from '../support/stored-bytes.js';

let server: PostgresServer;

before(async () => {
  server = await startPostgres();
});

after(() => server.remove());

for (const profile of ['postgres', 'kurrentdb'] as const)
  erasureContract(profile, async () => {
    const engines = await startEngines(profile, server);
    const annals = await startAnnals({ engines, env: { ANNALS_SIGN_IN_LOCKOUT_FAILURES: '10' } });
    const { double, redis } = engines;
    return {
      annals,
      env: engines.env,
      async stored(): Promise<StoredBytes> {
        return new Map([
          ...filesIn(annals.dataDir),
          ...(await tablesOf(engines.databaseUrl)),
          ...(double ? filesIn(double.folder) : []),
          ...(redis ? await keysOf(redis) : []),
        ]);
      },
      isSealed: (place) => /^annals_(log|keyring)\.|\/log\.db/.test(place),
      inTables: profile === 'postgres' ? ['directory', 'sessions'] : ['directory'],
      async stop() {
        await annals.stop();
        await engines.stop();
      },
    };
  });
