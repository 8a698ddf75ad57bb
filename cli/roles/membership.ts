import { randomUUID } from 'node:crypto';
import type { Progress } from '../../infra/ports/progress.js';
import type { MemberReport, Positions, ProgressExchange } from '../../infra/ports/progress-exchange.js';
import { openPostgresProgressExchange } from '../../infra/postgres/progress-exchange.js';
import { forgettingView } from '../../projections/erasure/view.js';
import { type Cluster, clusterProgress, REPORT_EVERY_MS, STALE_AFTER_MS } from '../../projections/runner/cluster.js';
import { progressBoard } from '../../projections/runner/progress.js';
import { tenancyView } from '../../projections/tenancy/registry.js';

/** The views that each process keeps a copy of in its memory. */
export const KEPT_VIEWS: readonly string[] = [tenancyView.name, forgettingView.name];

/** A process among the others of its installation. */
export interface Membership {
  /** Names this process. */
  readonly name: string;
  /** How far the views of the installation are: those that are built for all, and the last of all copies. */
  readonly board: Progress;
  /** What this process says of itself, from now on. */
  tell(own: () => { readonly built: Positions; readonly kept: Positions }): void;
  /** Tells it soon. */
  report(): void;
  /** Tells the others what a process says that can't tell it itself. */
  relay(report: MemberReport): void;
  /**
   * True if this process was not heard for so long that the others may have given it up, and until it has caught up
   * afterwards.
   */
  isStale(): boolean;
  /** How to get to know what the others did not wait for. */
  catchUpWith(catchUp: () => Promise<void>): void;
  /** Says good-bye. */
  stop(): Promise<void>;
}

/** How long news are gathered, in ms. */
const GATHER_MS = 1;
const NOTHING: Positions = new Map();

/**
 * Joins the installation.
 *
 * @param url of the PostgreSQL database through which processes talk
 * @param clock ms, monotonic
 */
export function joinInstallation(url: string, clock: () => number): Membership {
  const name = randomUUID();
  const board = progressBoard();
  const cluster: Cluster = clusterProgress({ self: name, board, kept: KEPT_VIEWS, clock, onBack });
  const exchange: ProgressExchange = openPostgresProgressExchange(url, cluster);
  let catchUp = async (): Promise<void> => undefined;
  let catchingUp: Promise<void> | undefined;
  let own = () => ({ built: NOTHING, kept: NOTHING });

  function onBack(): void {
    catchingUp ??= catchUp().then(
      () => {
        catchingUp = undefined;
      },
      // The log does not answer either: once more.
      () => {
        catchingUp = undefined;
        setTimeout(onBack, REPORT_EVERY_MS).unref();
      },
    );
  }

  const reportOf = (leaves: boolean): MemberReport => ({
    member: name,
    at: clock(),
    ...own(),
    missed: board.behind(),
    leaves,
  });
  // Several views that pass the same events one after the other are told of in one report.
  let telling: NodeJS.Timeout | undefined;
  const report = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined;
      exchange.publish(reportOf(false));
    }, GATHER_MS);
  };
  const beats = setInterval(() => {
    cluster.tick();
    report();
  }, REPORT_EVERY_MS);

  return {
    name,
    board,
    tell(told) {
      own = told;
      report();
    },
    report,
    relay(foreign) {
      cluster.heard(foreign);
      exchange.publish(foreign);
    },
    isStale: () => catchingUp !== undefined || cluster.silence() > STALE_AFTER_MS,
    catchUpWith(how) {
      catchUp = how;
    },
    async stop() {
      clearInterval(beats);
      clearTimeout(telling);
      exchange.publish(reportOf(true));
      await exchange.close();
    },
  };
}
