import { erasureContract } from '../contract/erasure/contract.js';
import { startAnnals } from '../support/service.js';
import { filesIn } from '../support/stored-bytes.js';

erasureContract('files', async () => {
  const annals = await startAnnals({ env: { ANNALS_SIGN_IN_LOCKOUT_FAILURES: '10' } });
  return {
    annals,
    env: { ANNALS_DATA_DIR: annals.dataDir },
    stored: async () => filesIn(annals.dataDir),
    isSealed: (place) => /\/(log|keyring)\.db/.test(place),
    inTables: ['directory', 'sessions'],
    stop: () => annals.stop(),
  };
});
