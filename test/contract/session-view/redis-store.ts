import type { VoidReason } from '../../../infra/redis/session-target.js';
import { openRedisSessionView } from '../../../infra/redis/session-view.js';
import { sessionChangesView } from '../../../projections/sessions/view.js';
import type { OpenStore } from './world.js';

/** A store on a Redis server. */
export function onRedis(url: string, name: string, voids: VoidReason[] = [], faults: unknown[] = []): OpenStore {
  return async (log, passed) => {
    const redis = openRedisSessionView({
      url,
      name,
      version: sessionChangesView.version,
      expired: async () => [],
      events: {
        outage: (fault) => faults.push(fault),
        recovered: () => undefined,
        voided: (reason) => voids.push(reason),
      },
    });
    const projection = redis.project({ head: log.head, passed });
    return {
      view: redis.view,
      definition: sessionChangesView as never,
      target: projection.target as never,
      async close() {
        await projection.stop();
        redis.close();
      },
    };
  };
}
