/** Whether a process should be sent requests. */
export interface Readiness {
  /** Why not; empty if it should. */
  readonly reasons: readonly string[];
  /** How many streams are parked, by view; views without any are left out. They do not keep a process from being ready. */
  readonly parked: ReadonlyMap<string, number>;
}
