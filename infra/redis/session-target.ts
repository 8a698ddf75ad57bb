import type { ViewTarget } from '../../projections/runner/view.js';
import type { Position } from '../ports/event-log.js';
import type { SessionChanges } from '../ports/session-view.js';
import { RedisFault } from './connection.js';
import type { Freshness } from './freshness.js';
import type { SessionBatch } from './session-batch.js';
import { FIRST_GENERATION, generationOf, newEpoch, type Place, type placeScripts } from './session-place.js';
import { gathered } from './session-transaction.js';

export interface SessionTargetOptions {
  readonly scripts: ReturnType<typeof placeScripts>;
  /** There is no sense in asking Redis before. */
  readonly attempted: Promise<void>;
  readonly freshness: Freshness;
  /** The end of the log. */
  readonly head: () => Promise<Position>;
  /** All rows have become void: sessions come back one by one as they are asked for. */
  readonly onVoid: (reason: VoidReason) => void;
}

export type VoidReason = 'empty' | 'long away' | 'ahead of the log' | 'flushed' | 'changes were left out';

/** How often a transaction is run again because the view was somewhere else or lost. */
const TRIES = 4;

/** Where the runner writes, and what keeps the rows believed meanwhile. */
export interface SessionTarget extends ViewTarget<SessionChanges> {
  /** To be called every {@link BEAT_MS}. */
  beat(): Promise<void>;
}

/** ms. */
export const BEAT_MS = 250;
/** A projector that was away for longer does not catch up: the sessions that changed meanwhile are too many, in ms. */
const RESUMABLE_MS = 60_000;

/**
 * The sessions view in Redis as the runner sees it. While Redis is away and no reader believes its rows any more, the
 * view passes positions without it; what was left out makes the rows void afterwards.
 */
export function sessionTarget({ scripts, attempted, freshness, head, onVoid }: SessionTargetOptions): SessionTarget {
  /** Where the runner is. */
  let place: Place | undefined;
  /** Whether Redis holds everything up to there. */
  let isInRedis = false;
  /** Redis has answered since it was left. */
  let isReachable = true;
  let transactions = 0;
  let attaching: Promise<Place> | undefined;

  /** Goes on from what is in Redis, or begins anew. @throws RedisFault, faults of the log */
  function attach(): Promise<Place> {
    attaching ??= attempted.then(findOrBegin).finally(() => {
      attaching = undefined;
    });
    return attaching;
  }

  async function findOrBegin(): Promise<Place> {
    for (;;) {
      const found = await scripts.look();
      // After the look, because whoever projects goes on meanwhile.
      const end = place ? undefined : await head();
      const there = found.outcome === 'OK' ? found.value : undefined;
      const reason = reasonToBegin(there, end);
      if (there && !reason) return settle(there);
      const checkpoint = place?.checkpoint ?? end ?? (await head());
      const parked = place?.parked ?? there?.parked ?? new Map();
      const generation = generationOf(there?.epoch ?? (place?.epoch || `${FIRST_GENERATION}/`));
      const begun = await scripts.begin(there?.epoch ?? '', { epoch: newEpoch(generation), checkpoint, parked });
      if (begun.outcome !== 'OK') continue;
      onVoid(reason ?? 'empty');
      return settle(begun.value);
    }
  }

  function reasonToBegin(
    there: { readonly epoch: string; readonly checkpoint: Position; readonly idleMs: number } | undefined,
    end: Position | undefined,
  ): VoidReason | undefined {
    if (!there) return place ? 'flushed' : 'empty';
    if (place) {
      // Another projector may have gone on from the same epoch, or have begun a new one.
      const isWhole = there.epoch !== place.epoch || isInRedis;
      return isWhole && there.checkpoint >= place.checkpoint ? undefined : 'changes were left out';
    }
    if (end !== undefined && there.checkpoint > end) return 'ahead of the log';
    return there.idleMs > RESUMABLE_MS ? 'long away' : undefined;
  }

  function settle(at: Place): Place {
    place = at;
    isInRedis = true;
    return at;
  }

  /** Where the runner is to begin: as Redis has it, or as this process has it while Redis is away. */
  async function start(): Promise<Place> {
    await attaching?.catch(() => undefined);
    if (place && (isInRedis || (!isReachable && freshness.isSurelyOver()))) return place;
    try {
      return await attach();
    } catch (error) {
      isReachable = false;
      if (!freshness.isSurelyOver() || !(error instanceof RedisFault)) throw faultOf(error);
      place ??= await head().then(nowhere, (failure) => {
        throw faultOf(failure);
      });
      return place;
    }
  }

  /** @returns false if the view is somewhere else by now: the transaction is to be run again */
  async function commit(from: Place, batch: SessionBatch, tries: number): Promise<boolean> {
    if (isInRedis) {
      try {
        if (tries > TRIES) throw new RedisFault('Redis keeps losing the view');
        const applied = await scripts.apply(from, batch, freshness.until());
        if (applied.outcome === 'OK') {
          place = applied.value;
          return true;
        }
        await attach();
        return false;
      } catch (error) {
        if (!freshness.isSurelyOver()) throw faultOf(error);
        isInRedis = false;
        isReachable = false;
      }
    }
    place = { ...from, checkpoint: batch.checkpoint, parked: batch.parked };
    return true;
  }

  return {
    isFault: (error) => error instanceof RedisFault,
    checkpoint: async () => (await start()).checkpoint,
    parkedStreams: async () =>
      [...(place ?? (await start())).parked.values()].sort((a, b) => (a.position < b.position ? -1 : 1)),

    async transaction(run) {
      transactions++;
      try {
        for (let tries = 1; ; tries++) {
          const from = await start();
          const { result, batch, isEmpty } = await gathered(from, run);
          if (isEmpty || (await commit(from, batch, tries))) return result;
        }
      } finally {
        transactions--;
      }
    },

    async beat() {
      await freshness.look();
      if (!place) return;
      if (isInRedis) {
        if (transactions > 0) return;
        if ((await scripts.renew(place, freshness.until())) === 'OK') return;
      } else {
        await scripts.look();
        isReachable = true;
      }
      if (transactions === 0) await attach();
    },
  };
}

function nowhere(checkpoint: Position): Place {
  return { epoch: '', checkpoint, parked: new Map(), parks: '0' };
}

/** Whatever the storage or the log does wrong says nothing about an event. */
function faultOf(error: unknown): RedisFault {
  return error instanceof RedisFault ? error : new RedisFault('the log can not be asked', { cause: error });
}
