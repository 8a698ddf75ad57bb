import { openKurrentEventLog } from '../../../infra/kurrentdb/event-log.js';
import type { EventLog } from '../../../infra/ports/event-log.js';
import { type RunningDouble, runDouble } from '../../support/kurrentdb-double/process.js';
import { eventLogContract } from './contract.js';

/**
 * A real server, when KURRENTDB_URL names one: one node or cluster that nothing else writes to. If it isn't there, the
 * cases fail. Otherwise the double, which proves our side of the protocol only.
 */
const { KURRENTDB_URL: server } = process.env;

describe(server === undefined ? 'with a double of KurrentDB' : 'with the KurrentDB of KURRENTDB_URL', () => {
  let double: RunningDouble | undefined;
  let url: string;
  let log: EventLog;

  before(async () => {
    if (server === undefined) double = await runDouble();
    url = server ?? double?.url ?? '';
    log = await openKurrentEventLog({ url });
  });
  after(async () => {
    await log?.close();
    await double?.stop();
  });

  eventLogContract('KurrentDB', async () => ({
    log,
    async reopen() {
      await log.close();
      log = await openKurrentEventLog({ url });
      return log;
    },
    // The next case goes on with it: a first connection takes the client half a second.
    close: () => Promise.resolve(),
  }));
});
