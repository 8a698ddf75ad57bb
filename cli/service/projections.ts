import type { Transaction } from 'kysely';
import { erasureTarget } from '../../infra/keyring/erasure-target.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { Progress } from '../../infra/ports/progress.js';
import { sqlViewTarget } from '../../infra/sql/view-target.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { directoryView } from '../../projections/directory/view.js';
import { type Erasing, erasureView } from '../../projections/erasure/view.js';
import { memoryTarget } from '../../projections/runner/memory-target.js';
import { type RunnerEvents, runProjection } from '../../projections/runner/runner.js';
import type { View, ViewTarget } from '../../projections/runner/view.js';
import { sessionsView } from '../../projections/sessions/view.js';
import { type RegistryTables, tenancyView } from '../../projections/tenancy/registry.js';
import { isStoreFault } from './store-faults.js';
import type { Stores } from './stores.js';
import { viewsByEventType } from './views-by-event-type.js';

export interface ProjectionOptions {
  readonly stores: Stores;
  readonly registryTables: RegistryTables;
  readonly progress: Progress;
  readonly logger: Logger;
  readonly onParked: (view: string) => void;
  /** Keys were destroyed: what they sealed should leave memory and files. */
  readonly onErased: (isErased: (subject: string) => boolean) => void;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface RunningProjections {
  /** Names of the views. */
  readonly views: readonly string[];
  viewsOf(eventType: string): readonly string[];
  /** How many streams are parked, by view; views without any are left out. */
  parkedStreams(): Promise<ReadonlyMap<string, number>>;
  /** Stops after the batches at hand. */
  stop(): Promise<void>;
}

/** Starts all projections of a process that holds them itself. */
export function startProjections(options: ProjectionOptions): RunningProjections {
  const { stores, progress, logger } = options;
  const stopping = new AbortController();
  const events: RunnerEvents = {
    passed: (view, position) => progress.passed(view, position),
    failed: (view, err, retryInMs) => logger.error({ view, err, retryInMs }, 'projection failed; trying again'),
    parked(view, { stream, position, eventType, error }) {
      options.onParked(view);
      logger.error(
        { view, stream, position: String(position), eventType, error },
        'stream parked: an event could not be handled. Mend the cause, then run: annals projections retry',
      );
    },
  };

  const running: Promise<void>[] = [];
  const targets = new Map<string, Pick<ViewTarget<never>, 'parkedStreams'>>();
  const start = <Tx>(view: View<Tx>, target: ViewTarget<Tx>): void => {
    const { log, store } = stores;
    targets.set(view.name, target);
    running.push(runProjection({ view, target, log, store, events, sleep: options.sleep, signal: stopping.signal }));
  };
  const directory = sqlViewTarget(stores.directory.writer, directoryView.name, directoryView.version, isStoreFault);
  const sessions = stores.sessions.project({
    head: stores.log.head,
    passed: () => progress.position(sessionsView.name),
  });
  const erasing: Erasing = {
    keyring: stores.keyring,
    onErased(isErased) {
      stores.store.forget();
      options.onErased(isErased);
    },
  };
  start(erasureView, erasureTarget(erasing, stores.keyringStore));
  start(tenancyView, memoryTarget(options.registryTables, isStoreFault));
  start(directoryView, directory as unknown as ViewTarget<Transaction<DirectoryTables>>);
  start(sessions.definition, sessions.target);

  const all: readonly View<never>[] = [
    erasureView,
    tenancyView,
    directoryView,
    sessions.definition,
  ] as unknown as View<never>[];
  return {
    views: all.map((view) => view.name),
    viewsOf: viewsByEventType(all),
    async parkedStreams() {
      const counts = await Promise.all(
        [...targets].map(async ([view, target]) => [view, (await target.parkedStreams()).length] as const),
      );
      return new Map(counts.filter(([, count]) => count > 0));
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
      await sessions.stop();
    },
  };
}
