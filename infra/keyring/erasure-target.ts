import type { ParkedStream, ViewTarget } from '../../projections/runner/view.js';
import type { KeyringStore } from '../ports/keyring.js';

/**
 * Keeps how far erasure has followed the log, in the keyring's own store. Steps are idempotent and each is durable by
 * itself, so rows and checkpoint need no common transaction: the checkpoint only ever trails behind.
 */
export function erasureTarget<Tx>(tx: Tx, store: KeyringStore, isFault: (error: unknown) => boolean): ViewTarget<Tx> {
  const parked = new Map<string, ParkedStream>();
  return {
    checkpoint: () => store.checkpoint(),
    parkedStreams: async () => [...parked.values()],
    isFault,
    transaction: (run) =>
      run({
        tx,
        standing: async () => ({ checkpoint: await store.checkpoint(), parked: new Set(parked.keys()) }),
        step: async (body) => body(),
        park: async (stream) => {
          parked.set(stream.stream, stream);
        },
        unpark: async (stream) => {
          parked.delete(stream);
        },
        saveCheckpoint: (position) => store.saveCheckpoint(position),
      }),
  };
}
