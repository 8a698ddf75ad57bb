import { erasureTarget } from '../../infra/keyring/erasure-target.js';
import type { Position } from '../../infra/ports/event-log.js';
import type { Leases } from '../../infra/ports/lease.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { Positions } from '../../infra/ports/progress-exchange.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import { sqlViewTarget } from '../../infra/sql/view-target.js';
import { directoryView } from '../../projections/directory/view.js';
import { erasureView } from '../../projections/erasure/view.js';
import { type RunnerEvents, runProjection } from '../../projections/runner/runner.js';
import { type ParkedStream, type View, ViewReplacedError, type ViewTarget } from '../../projections/runner/view.js';
import { sessionsView } from '../../projections/sessions/view.js';
import { isStoreFault } from '../service/store-faults.js';
import type { Stores } from '../service/stores.js';
import { type Leased, runLeased } from './leased.js';

/** The views that one process builds for all, by name. */
export const BUILT_VIEWS: readonly string[] = [erasureView.name, directoryView.name, sessionsView.name];

export interface BuiltViewsOptions {
  readonly stores: Stores;
  readonly leases: Leases;
  /** Names this process. */
  readonly holder: string;
  readonly logger: Logger;
  /** ms, monotonic. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly telemetry: Telemetry;
  /** A view has come further: the others should hear of it. */
  readonly onMoved: () => void;
  readonly onErased: (isErased: (subject: string) => boolean) => void;
}

/** The views that this process builds, or stands by to build. */
export interface BuiltViews {
  /** How far those are that it builds at present. */
  positions(): Positions;
  /** How many streams are parked, by view; views without any, and those that others build, are left out. */
  parkedStreams(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

/** Where a view is written to, for as long as this process builds it. */
interface Opened {
  readonly definition: View<never>;
  readonly target: ViewTarget<never>;
  stop(): Promise<void>;
}

/**
 * Builds each view whose lease this process has. Checkpoints fence it off from one that has lost the lease unnoticed. A
 * view that another version has rebuilt is left to processes of that version.
 */
export function buildViews(options: BuiltViewsOptions): BuiltViews {
  const { stores, leases, holder, logger, clock, sleep } = options;
  const { log, store } = stores;
  const positions = new Map<string, Position>();
  const parked = new Map<string, () => Promise<readonly ParkedStream[]>>();
  const events: RunnerEvents = {
    passed(view, position) {
      positions.set(view, position);
      options.onMoved();
    },
    failed: (view, err, retryInMs) => logger.error({ view, err, retryInMs }, 'projection failed; trying again'),
    parked(view, { stream, position, eventType, error }) {
      options.telemetry.parked(view);
      logger.error(
        { view, stream, position: String(position), eventType, error },
        'stream parked: an event could not be handled. Mend the cause, then run: annals projections retry',
      );
    },
  };

  function leased(name: string, open: () => Opened): Leased {
    return runLeased({
      leases,
      name: `view ${name}`,
      holder,
      logger,
      clock,
      sleep,
      async run(signal) {
        const { definition, target, stop } = open();
        const replaced = new AbortController();
        const failed: RunnerEvents['failed'] = (view, err, retryInMs) => {
          if (!(err instanceof ViewReplacedError)) return events.failed(view, err, retryInMs);
          logger.error({ view, err }, 'another version of Annals has rebuilt the view, and builds it from now on');
          replaced.abort();
        };
        parked.set(name, target.parkedStreams);
        try {
          const ending = AbortSignal.any([signal, replaced.signal]);
          const heard = { ...events, failed };
          await runProjection({ view: definition, target, log, store, events: heard, sleep, signal: ending });
        } finally {
          positions.delete(name);
          parked.delete(name);
          await stop();
        }
        return replaced.signal.aborted ? 'unfit' : 'over';
      },
    });
  }

  const nothing = async (): Promise<void> => undefined;
  const erasing = {
    keyring: stores.keyring,
    onErased(isErased: (subject: string) => boolean) {
      store.forget();
      options.onErased(isErased);
    },
  };
  const views = [
    leased(erasureView.name, () => ({
      definition: erasureView as unknown as View<never>,
      target: erasureTarget(erasing, stores.keyringStore) as unknown as ViewTarget<never>,
      stop: nothing,
    })),
    leased(directoryView.name, () => ({
      definition: directoryView as unknown as View<never>,
      target: sqlViewTarget(stores.directory.writer, directoryView.name, directoryView.version, isStoreFault) as never,
      stop: nothing,
    })),
    leased(sessionsView.name, () =>
      stores.sessions.project({ head: log.head, passed: () => positions.get(sessionsView.name) ?? -1n }),
    ),
  ];

  return {
    positions: () => positions,
    async parkedStreams() {
      const counts = await Promise.all(
        [...parked].map(async ([view, streams]) => [view, (await streams()).length] as const),
      );
      return new Map(counts.filter(([, count]) => count > 0));
    },
    async stop() {
      await Promise.all(views.map((view) => view.stop()));
    },
  };
}
