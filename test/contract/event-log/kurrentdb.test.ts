import { openKurrentEventLog } from '../../../infra/kurrentdb/event-log.js';
import { type RunningDouble, runDouble } from '../../support/kurrentdb-double/process.js';
import { eventLogContract } from './contract.js';

/**
 * A real server, when KURRENTDB_URL names one: one node or cluster that nothing else writes to. If it isn't there, the
 * cases fail. Otherwise the double, which proves our side of the protocol only.
 */
const server = process.env['KURRENTDB_URL'];

describe(server === undefined ? 'with a double of KurrentDB' : 'with the KurrentDB of KURRENTDB_URL', () => {
  let double: RunningDouble | undefined;
  let url = server ?? '';

  before(async () => {
    if (server !== undefined) return;
    double = await runDouble();
    url = double.url;
  });
  after(() => double?.stop());

  eventLogContract('KurrentDB', async () => {
    let log = await openKurrentEventLog({ url });
    return {
      log,
      async reopen() {
        await log.close();
        log = await openKurrentEventLog({ url });
        return log;
      },
      close: () => log.close(),
    };
  });
});
