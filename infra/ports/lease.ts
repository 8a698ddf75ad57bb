/**
 * The right to do something for all processes, for a while. A lease tells nobody that it was lost, so whatever is done
 * under one has to be harmless if two do it: views are fenced by their checkpoints.
 */
export interface Leases {
  /**
   * Takes a lease, or renews it.
   *
   * @param ttlMs how long it lasts from now on, by the clock of the store
   * @returns false if somebody else has it
   * @throws StoreUnavailableError
   */
  take(name: string, holder: string, ttlMs: number): Promise<boolean>;
  /** Gives a lease back, if the holder has it. */
  release(name: string, holder: string): Promise<void>;
  close(): Promise<void>;
}
