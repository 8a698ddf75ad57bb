import type { ViewTarget } from '../../projections/runner/view.js';
import type { SessionChanges } from '../ports/session-view.js';
import { RedisFault } from './connection.js';
import type { placeScripts } from './session-place.js';
import { gathered } from './session-transaction.js';

const TRIES = 20;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Thrown when Redis holds nothing at a place any more: it was flushed, or has come back without it. */
export class PlaceLostError extends Error {
  override readonly name = 'PlaceLostError';
}

export interface PatientTargetOptions {
  readonly scripts: ReturnType<typeof placeScripts>;
  readonly sleep: (ms: number) => Promise<void>;
  /** What to say if there is nothing at the place. */
  readonly whenLost: string;
}

/**
 * A place of the view in Redis, for work that can wait: what fails is tried again, for half a minute or so. It looks where
 * the place is each time, so a batch that was applied although nobody heard of it is not applied again.
 */
export function patientTarget({ scripts, sleep, whenLost }: PatientTargetOptions): ViewTarget<SessionChanges> {
  async function patiently<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    for (let failures = 0; ; ) {
      try {
        const done = await attempt();
        if (done !== undefined) return done;
      } catch (error) {
        if (!(error instanceof RedisFault) || isFull(error) || ++failures === TRIES) throw error;
        await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS));
      }
    }
  }

  async function look() {
    const found = await scripts.look();
    if (found.outcome !== 'OK') throw new PlaceLostError(whenLost);
    return found.value;
  }

  return {
    isFault: (error) => error instanceof RedisFault || error instanceof PlaceLostError,
    checkpoint: async () => (await patiently(look)).checkpoint,
    parkedStreams: async () =>
      [...(await patiently(look)).parked.values()].sort((a, b) => (a.position < b.position ? -1 : 1)),
    async transaction(run) {
      const { result } = await patiently(async () => {
        const from = await look();
        const { result, batch, isEmpty } = await gathered(from, run);
        if (isEmpty) return { result };
        const { outcome } = await scripts.apply(from, batch, 0);
        if (outcome === 'LOST') throw new PlaceLostError(whenLost);
        return outcome === 'OK' ? { result } : undefined;
      });
      return result;
    },
  };
}

/** More tries would only keep what serves requests from memory. */
function isFull(fault: RedisFault): boolean {
  return fault.message.startsWith('OOM');
}
