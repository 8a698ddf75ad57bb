import type { Logger } from '../../infra/ports/logger.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import { rebuildOutdatedViews } from './outdated-views.js';
import { now, pause, type ServiceOptions } from './process-parts.js';
import { openStores, type StoreEvents, type Stores } from './stores.js';
import { emptyViewsAhead } from './views-ahead.js';

/** Tells operators what the stores tell. */
export function storeEvents(logger: Logger, telemetry: Telemetry): StoreEvents {
  return {
    feedDropped(err) {
      telemetry.feedDropped();
      logger.warn({ err }, 'a feed of the event log broke off; going on where it was');
    },
    sessions: {
      outage: (err) => logger.warn({ err }, 'Redis does not answer: sessions are read from their streams'),
      recovered: () => logger.info({}, 'Redis answers again'),
      voided: (reason) => logger.warn({ reason }, 'Redis holds no sessions; they come back as they are asked for'),
    },
  };
}

/** The stores, with views that fit the log and this program. */
export async function preparedStores({ settings, logger }: ServiceOptions, telemetry: Telemetry): Promise<Stores> {
  const stores = await openStores(settings, now, storeEvents(logger, telemetry));
  try {
    await emptyViewsAhead(stores.log, settings, logger);
    await rebuildOutdatedViews({ stores, settings, logger, sleep: pause });
    return stores;
  } catch (error) {
    await stores.close();
    throw error;
  }
}
