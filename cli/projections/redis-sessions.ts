import { setTimeout as delay } from 'node:timers/promises';
import { BEGINNING } from '../../infra/ports/event-log.js';
import {
  type GenerationState,
  openSessionGenerations,
  type SessionGenerations,
} from '../../infra/redis/session-generations.js';
import type { CopyKind } from '../../infra/sql/view-copies.js';
import { retryParked } from '../../projections/runner/retry.js';
import { sessionChangesView } from '../../projections/sessions/view.js';
import { statusOf } from './list.js';
import type { OperatedView } from './operated-view.js';
import { rebuildSessions, verifySessions } from './redis-rebuild.js';

const KINDS: Readonly<Record<GenerationState, CopyKind>> = {
  rebuild: 'copy',
  verify: 'copy',
  left: 'copy',
  aside: 'drop',
  kept: 'old',
};

/** The sessions view in Redis as whoever operates it sees it. @param name what its keys begin with (`annals`) */
export function redisSessions(url: string, name?: string): OperatedView {
  const view = sessionChangesView;

  async function using<T>(run: (generations: SessionGenerations) => Promise<T>): Promise<T> {
    const sleep = async (ms: number) => {
      await delay(ms);
    };
    const generations = await openSessionGenerations({
      url,
      version: view.version,
      sleep,
      ...(name !== undefined && { name }),
    });
    try {
      return await run(generations);
    } finally {
      generations.close();
    }
  }

  return {
    name: view.name,
    status: (log) =>
      using(async (generations) => {
        const live = await generations.live();
        const { isTended, generations: beside } = await generations.beside();
        const filled = beside.find(({ state }) => state === 'rebuild' || state === 'verify');
        return statusOf(
          {
            view,
            version: live && view.version,
            tablesFit: true,
            checkpoint: live?.checkpoint ?? BEGINNING,
            parked: [...(live?.parked.values() ?? [])],
            rebuild: {
              underWay: isTended,
              checkpoint: isTended && filled?.checkpoint !== undefined ? String(filled.checkpoint) : null,
              tables: beside.map(({ prefix, state }) => ({ name: prefix, kind: KINDS[state] })),
            },
          },
          log,
        );
      }),
    rebuild: (work, choice) => using((generations) => rebuildSessions(generations, work, choice)),
    verify: (work) => using((generations) => verifySessions(generations, work)),
    retry: (log, store, onRetried) =>
      using(async ({ live, liveTarget: target }) => {
        for (const parked of (await live())?.parked.values() ?? [])
          onRetried({ stream: parked.stream, ...(await retryParked({ view, target, store, log }, parked)) });
      }),
  };
}
