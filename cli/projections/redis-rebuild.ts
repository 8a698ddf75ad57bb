import type { Position } from '../../infra/ports/event-log.js';
import type { SessionChange, SessionChanges } from '../../infra/ports/session-view.js';
import type { FillingGeneration } from '../../infra/redis/filling-generation.js';
import type { SessionGenerations } from '../../infra/redis/session-generations.js';
import { catchUp, type Pace } from '../../projections/runner/catch-up.js';
import type { ParkedStream, View, ViewTarget } from '../../projections/runner/view.js';
import { sessionHandlers } from '../../projections/sessions/changes.js';
import { sessionChangesView } from '../../projections/sessions/view.js';
import { isStoreFault } from '../service/store-faults.js';
import { type Comparison, sameParked } from './compare.js';
import type { RebuildChoice, Rebuilt, Verified } from './operated-view.js';
import { compareSessions } from './redis-compare.js';
import { type Work, waitOutGrace } from './work.js';

/** How long a batch of a rebuild should take, in ms; for half of it Redis is kept from others. It is left alone after each. */
const BATCH_MS = 20;
/** How many events may be missing when the live generation is held; if more are, the switch is put off. */
const MISSING_AT_SWITCH = 1_000;
/**
 * For how long the live generation is held at most, in ms. If that was too short, the next time is longer: writers wait,
 * and so do their clients, for less than they are ready to.
 */
const HOLD_MS = 300;
const LONGEST_HOLD_MS = 2_000;
const PUT_OFF_MS = 100;

/**
 * Builds the sessions view in Redis anew: fills a generation of keys beside the live one, with all sessions and not only
 * those that were asked for, compares the two, and switches. Readers and the projector of a running service find out by
 * the epoch. If it is stopped half-way, or Redis loses what was filled, the live generation is as it was.
 *
 * @throws faults of the stores, PlaceLostError if Redis loses what is being filled, the signal's reason when it aborts
 */
export async function rebuildSessions(
  generations: SessionGenerations,
  work: Work,
  choice: RebuildChoice,
): Promise<Rebuilt> {
  const filling = await generations.fill('rebuild');
  if (!filling) return { status: 'UNDER_WAY' };
  let isOldKept = false;
  try {
    await sweepLeftovers(generations, filling);
    const filler = generationFiller(generations, filling, work);
    await filler.fill();
    const comparison = await filler.compare();
    const switched = await levelAndSwitch(generations, filling, filler, work, choice);
    if (switched.status !== 'OK') return switched;
    isOldKept = choice.keepOld;
    if (!isOldKept) await waitOutGrace(work, choice.graceMs);
    return { ...switched, comparison };
  } finally {
    await cleanUp(filling, isOldKept);
  }
}

/** Builds the sessions view anew as {@link rebuildSessions} does, compares, and removes it. */
export async function verifySessions(generations: SessionGenerations, work: Work): Promise<Verified> {
  if (!(await generations.live())) return { status: 'OUTDATED' };
  const filling = await generations.fill('verify');
  if (!filling) return { status: 'UNDER_WAY' };
  try {
    await sweepLeftovers(generations, filling);
    const filler = generationFiller(generations, filling, work);
    await filler.fill();
    const comparison = await filler.compare();
    return comparison ? { status: 'OK', comparison } : { status: 'OUTDATED' };
  } finally {
    await cleanUp(filling, false);
  }
}

async function sweepLeftovers(generations: SessionGenerations, filling: FillingGeneration): Promise<void> {
  const beside = await generations.beside();
  if (beside.generations.length > 1) await filling.sweep(false);
}

/** Whatever went wrong is to be told, and not that it could not be cleaned up: the next rebuild does that. */
async function cleanUp(filling: FillingGeneration, isOldKept: boolean): Promise<void> {
  try {
    if (!isOldKept) await filling.sweep(true);
    await filling.end();
  } catch {}
}

interface GenerationFiller {
  /** Applies the log up to where the live generation is. */
  fill(): Promise<void>;
  /** Applies it up to a position that was not passed yet. */
  catchUp(upTo: Position): Promise<void>;
  /** Compares the generation with the live one, if there is one. */
  compare(): Promise<Comparison | undefined>;
}

function generationFiller(generations: SessionGenerations, filling: FillingGeneration, work: Work): GenerationFiller {
  const removedApps = new Set<string>();
  const view: View<SessionChanges> = {
    ...sessionChangesView,
    handlers: sessionHandlers((changes: SessionChanges, change: SessionChange) => {
      if (change.kind === 'remove-app') removedApps.add(change.appKey);
      changes.apply(change);
    }),
  };
  const pace: Pace = { transactionMs: BATCH_MS, clock: () => performance.now(), sleep: work.sleep };

  const catchUpOn = (place: ViewTarget<SessionChanges>, upTo: Position) =>
    catchUp({
      ...work,
      view,
      target: { ...place, isFault: (error) => isStoreFault(error) || place.isFault(error) },
      upTo,
      pace,
      onProgress: (progress) => work.onProgress(progress, upTo),
    });

  return {
    async fill() {
      const live = await generations.live();
      await catchUpOn(filling.past, live?.checkpoint ?? (await work.log.head()));
    },
    catchUp: (upTo) => catchUpOn(filling.present, upTo),
    async compare() {
      if (!(await generations.live())) return undefined;
      work.onStage({ kind: 'comparing' });
      const found = await compareSessions({
        filling,
        async catchUp(isLast) {
          const live = await generations.live();
          await catchUpOn(filling.present, isLast || !live ? await work.log.head() : live.checkpoint);
        },
        isRemoved: (appKey) => removedApps.has(appKey),
        sleep: work.sleep,
        now: Date.now,
      });
      const live = await generations.live();
      const liveParked = [...(live?.parked.values() ?? [])];
      const freshParked = await filling.present.parkedStreams();
      const equal = found.live.sha256 === found.fresh.sha256 && sameParked(liveParked, freshParked);
      const position = live?.checkpoint ?? (await filling.present.checkpoint());
      return { ...found, equal, position, liveParked, freshParked };
    },
  };
}

type Switched = Exclude<Rebuilt, { status: 'OK' }> | Omit<Extract<Rebuilt, { status: 'OK' }>, 'comparison'>;

/** Follows the log to its end, and switches while the live generation is held. */
async function levelAndSwitch(
  generations: SessionGenerations,
  filling: FillingGeneration,
  filler: GenerationFiller,
  work: Work,
  { acceptParked, keepOld }: RebuildChoice,
): Promise<Switched> {
  for (let holdMs = HOLD_MS; ; holdMs = Math.min(holdMs * 2, LONGEST_HOLD_MS)) {
    work.signal.throwIfAborted();
    await filler.catchUp(await work.log.head());
    const parked = await filling.present.parkedStreams();
    const worse = acceptParked ? [] : await newlyParked(generations, parked);
    if (worse.length > 0) return { status: 'PARKED', parked: worse };
    const checkpoint = await switchHeld(filling, holdMs, filler, work, keepOld ? 'kept' : 'aside');
    if (checkpoint !== undefined) return { status: 'OK', checkpoint, parked };
    await work.sleep(PUT_OFF_MS);
  }
}

async function newlyParked(
  generations: SessionGenerations,
  parked: readonly ParkedStream[],
): Promise<readonly ParkedStream[]> {
  const live = await generations.live();
  return parked.filter(({ stream }) => !live?.parked.has(stream));
}

async function switchHeld(
  filling: FillingGeneration,
  holdMs: number,
  filler: GenerationFiller,
  { log }: Work,
  aside: 'aside' | 'kept',
): Promise<Position | undefined> {
  const live = await filling.hold(holdMs);
  try {
    const own = await filling.present.checkpoint();
    if (live !== undefined && live > own) {
      const filter = { streamPrefixes: sessionChangesView.streamPrefixes };
      const missing = await log.readAll({ after: own, limit: MISSING_AT_SWITCH + 1, filter });
      if (missing.filter(({ position }) => position <= live).length > MISSING_AT_SWITCH) return undefined;
      await filler.catchUp(live);
    }
    return await filling.switchOver(aside);
  } finally {
    await filling.release();
  }
}
