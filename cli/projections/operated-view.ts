import type { EventLog, Position } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { ParkedStream } from '../../projections/runner/view.js';
import type { Comparison } from './compare.js';
import type { ViewStatus } from './list.js';
import type { RetriedStream } from './retry.js';
import type { Work } from './work.js';

/** What is to be decided of a rebuild. */
export interface RebuildChoice {
  /** Keep what was live until the next rebuild. */
  readonly keepOld: boolean;
  /** For how long what was live is left there after the switch, in ms; the signal ends that time early. */
  readonly graceMs: number;
  /** Switch even if the copy has parked streams that the live view has not. */
  readonly acceptParked: boolean;
}

export type Rebuilt =
  | {
      readonly status: 'OK';
      readonly checkpoint: Position;
      readonly parked: readonly ParkedStream[];
      /** With the live view before the switch; undefined if there was none of this version. */
      readonly comparison: Comparison | undefined;
    }
  | { readonly status: 'PARKED'; readonly parked: readonly ParkedStream[] }
  | { readonly status: 'UNDER_WAY' };

export type Verified =
  | { readonly status: 'OK'; readonly comparison: Comparison }
  /** The live view was built by another version, or never. */
  | { readonly status: 'OUTDATED' }
  | { readonly status: 'UNDER_WAY' };

/**
 * A view as whoever operates it sees it, whatever it is kept in. A service may be running. All throw faults of the stores,
 * and what lasts throws the signal's reason when it aborts.
 */
export interface OperatedView {
  readonly name: string;
  /** Tells how the view is doing; reads only. */
  status(log: Pick<EventLog, 'head' | 'readAll'>): Promise<ViewStatus>;
  /** Builds it anew beside the live one, compares the two, switches, and removes what was live after a grace time. */
  rebuild(work: Work, choice: RebuildChoice): Promise<Rebuilt>;
  /** Builds it anew apart from the live one, compares the two, and removes it. */
  verify(work: Work): Promise<Verified>;
  /** Applies what was left out of parked streams. */
  retry(
    log: Pick<EventLog, 'readStream'>,
    store: Pick<EventStore, 'decode'>,
    onRetried: (retried: RetriedStream) => void,
  ): Promise<void>;
}
