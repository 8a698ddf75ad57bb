import type { ViewTarget } from '../../projections/runner/view.js';
import type { KeyringStore } from '../ports/keyring.js';

/**
 * Keeps how far erasure has followed the log, in the keyring's own store. Steps are idempotent and each is durable by
 * itself, so rows and checkpoint need no common transaction: the checkpoint only ever trails behind. No stream is ever
 * parked: a key that can't be destroyed now is tried again until it is gone.
 */
export function erasureTarget<Tx>(tx: Tx, store: KeyringStore): ViewTarget<Tx> {
  return {
    checkpoint: () => store.checkpoint(),
    parkedStreams: async () => [],
    isFault: () => true,
    transaction: (run) =>
      run({
        tx,
        standing: async () => ({ checkpoint: await store.checkpoint(), parked: new Set() }),
        step: async (body) => body(),
        park: async ({ stream }) => {
          throw new Error(`erasure does not leave out ${stream}`);
        },
        unpark: async () => undefined,
        saveCheckpoint: (position) => store.saveCheckpoint(position),
      }),
  };
}
