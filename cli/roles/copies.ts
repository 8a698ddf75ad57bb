import { BEGINNING, type EventLog, type Position } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Keyring } from '../../infra/ports/keyring.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { Progress } from '../../infra/ports/progress.js';
import type { Positions } from '../../infra/ports/progress-exchange.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import { type Erasing, erasureView, forgettingView } from '../../projections/erasure/view.js';
import { memoryTarget } from '../../projections/runner/memory-target.js';
import { progressBoard } from '../../projections/runner/progress.js';
import { type RunnerEvents, runProjection } from '../../projections/runner/runner.js';
import type { View } from '../../projections/runner/view.js';
import { type RegistryTables, tenancyView } from '../../projections/tenancy/registry.js';
import { pause } from '../service/process-parts.js';
import { isStoreFault } from '../service/store-faults.js';

export interface CopiesOptions {
  readonly log: EventLog;
  readonly store: EventStore;
  readonly keyring: Keyring;
  /** Of the registry, for a process that has one. */
  readonly registryTables: RegistryTables | undefined;
  /** How far the views of the installation are. */
  readonly board: Progress;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Events were applied: the others should hear of it. */
  readonly onMoved: () => void;
  /** Keys are gone: what they sealed should leave memory. */
  readonly onForgotten: (isErased: (subject: string) => boolean) => void;
}

/** What a process keeps in its memory of what the log says. */
export interface Copies {
  /** How far they are. */
  readonly progress: Progress;
  positions(): Positions;
  /** How far the registry is, by the last event that changed it. */
  changedAt(): Position;
  stop(): Promise<void>;
}

/** How long one look at the erasure lasts, in ms; it is repeated until that has come far enough. */
const ERASURE_LOOK_MS = 1_000;

/** Starts to follow the log for the copies that this process keeps. @param head the end of the log, as it is now */
export function followForCopies(options: CopiesOptions, head: Position): Copies {
  const { log, store, logger, board } = options;
  const progress = progressBoard();
  const stopping = new AbortController();
  const running: Promise<void>[] = [];
  const views: string[] = [];
  let changedAt = BEGINNING;

  function follow<Tx>(view: View<Tx>, from: Position, feed: Pick<EventLog, 'subscribe'>, tx: Tx): void {
    let hasMoved = false;
    const onMoved = (position: Position): void => {
      hasMoved = true;
      if (view.name === tenancyView.name) changedAt = position;
    };
    const events: RunnerEvents = {
      passed(name, position) {
        progress.passed(name, position);
        if (hasMoved) options.onMoved();
        hasMoved = false;
      },
      failed: (name, err, retryInMs) => logger.error({ view: name, err, retryInMs }, 'projection failed; trying again'),
      parked(name, { stream, position, eventType, error }) {
        options.telemetry.parked(name);
        const parked = { view: name, stream, position: String(position), eventType, error };
        logger.error(parked, 'stream parked: an event could not be handled. Mend the cause, then restart this process');
      },
    };
    views.push(view.name);
    const target = memoryTarget(tx, isStoreFault, { from, onMoved });
    running.push(runProjection({ view, target, log: feed, store, events, sleep: pause, signal: stopping.signal }));
  }

  const { registryTables } = options;
  if (registryTables) follow(tenancyView, BEGINNING, log, registryTables);
  follow(forgettingView, head, behindErasure(log, board), forgetting(options));

  return {
    progress,
    positions: () => new Map(views.map((view) => [view, progress.position(view)])),
    changedAt: () => changedAt,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

function forgetting({ keyring, store, onForgotten }: CopiesOptions): Erasing {
  return {
    keyring: {
      async destroy(subject) {
        keyring.forget(subject);
        return true;
      },
      async destroyApp(appKey) {
        keyring.forgetApp(appKey);
        return 0;
      },
    },
    onErased(isErased) {
      store.forget();
      onForgotten(isErased);
    },
  };
}

/** The log, as far as keys were destroyed: one that is forgotten before that would be read again. */
function behindErasure(log: EventLog, board: Progress): Pick<EventLog, 'subscribe'> {
  return {
    async *subscribe(options) {
      for await (const item of log.subscribe(options)) {
        const isEvent = !('caughtUp' in item);
        while (isEvent && !options.signal.aborted && board.position(erasureView.name) < item.position)
          await board.waitFor([erasureView.name], item.position, ERASURE_LOOK_MS);
        yield item;
      }
    },
  };
}
