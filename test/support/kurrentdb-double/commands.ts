import type { Counts, Faults } from './faults.js';

/** What the double is told to do; everything that is given, in the order of the fields. */
export interface DoubleCommand {
  /** Counts from zero again. */
  readonly resetCounts?: boolean;
  /** Faults to turn on or off; the others stay. */
  readonly faults?: Partial<Faults>;
  /** Breaks every connection. */
  readonly drop?: boolean;
  /** Stops moving bytes, or goes on. */
  readonly freeze?: boolean;
  readonly refuseConnections?: boolean;
}

export type DoubleAnswer = Counts;
