import { BEGINNING, type Position } from '../../infra/ports/event-log.js';
import type { ParkedStream, ViewTarget } from './view.js';

export interface MemoryTargetOptions {
  /** Where it begins to follow the log; its beginning by default. */
  readonly from?: Position;
  /** Events were applied, up to this position. */
  readonly onMoved?: (position: Position) => void;
}

/**
 * A view that is kept in memory alone and built anew at every start. Its handlers must not fail half-way.
 *
 * @param isFault true for failures of the stores that events are read from and opened with
 */
export function memoryTarget<Tx>(
  tx: Tx,
  isFault: (error: unknown) => boolean,
  { from = BEGINNING, onMoved }: MemoryTargetOptions = {},
): ViewTarget<Tx> {
  let checkpoint: Position = from;
  const parked = new Map<string, ParkedStream>();
  return {
    checkpoint: async () => checkpoint,
    parkedStreams: async () => [...parked.values()],
    isFault,
    transaction: (run) =>
      run({
        tx,
        standing: async () => ({ checkpoint, parked: new Set(parked.keys()) }),
        step: async (body) => body(),
        park: async (stream) => {
          parked.set(stream.stream, stream);
        },
        unpark: async (stream) => {
          parked.delete(stream);
        },
        saveCheckpoint: async (position) => {
          checkpoint = position;
          onMoved?.(position);
        },
      }),
  };
}
