import type { RecordedEvent } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Batch } from './batches.js';
import type { ParkedStream, Standing, TargetTransaction, View, ViewTarget } from './view.js';

export interface Applying<Tx> {
  readonly view: View<Tx>;
  readonly target: ViewTarget<Tx>;
  readonly store: Pick<EventStore, 'decode'>;
  /** Told of every stream that was parked, once that is stored. */
  readonly onParked: (parked: ParkedStream) => void;
}

type Attempt = { readonly done: boolean; readonly standing: Standing; readonly parked: readonly ParkedStream[] };

/** Where a view stands, read by itself. */
export function standingOf<Tx>(target: ViewTarget<Tx>): Promise<Standing> {
  return target.transaction((transaction) => transaction.standing());
}

/**
 * Applies a batch to a view: rows and checkpoint change in one transaction. Other processes may have moved the
 * checkpoint or parked and retried streams since `known` was read; the transaction looks again before it writes.
 *
 * @param known where the view stands; the batch holds what comes right after its checkpoint
 * @returns where the view stands now. A checkpoint other than the batch's says that somebody else has moved it and
 *   nothing was applied: read on from there
 * @throws faults of the storage; nothing was applied then
 */
export async function applyBatch<Tx>(options: Applying<Tx>, batch: Batch, known: Standing): Promise<Standing> {
  let standing = known;
  for (;;) {
    const attempt = await tryBatch(options, batch, standing);
    for (const stream of attempt.parked) options.onParked(stream);
    if (attempt.done || attempt.standing.checkpoint !== known.checkpoint) return attempt.standing;
    standing = attempt.standing;
  }
}

async function tryBatch<Tx>(options: Applying<Tx>, batch: Batch, known: Standing): Promise<Attempt> {
  const { view, target, store } = options;
  const wanted = batch.events.filter((event) => view.handlers.has(event.type) && !known.parked.has(event.stream));
  try {
    const events = await store.decode(wanted);
    return await advance(target, batch, known, async ({ tx }) => {
      for (const event of events) await view.handlers.get(event.type)?.(tx, event);
      return [];
    });
  } catch (error) {
    if (target.isFault(error)) throw error;
    return advance(target, batch, known, (transaction) => applyOneByOne(options, transaction, wanted));
  }
}

/** One transaction: looks whether the view still stands where it is believed to, applies, and moves the checkpoint. */
function advance<Tx>(
  target: ViewTarget<Tx>,
  batch: Batch,
  known: Standing,
  apply: (transaction: TargetTransaction<Tx>) => Promise<readonly ParkedStream[]>,
): Promise<Attempt> {
  return target.transaction(async (transaction) => {
    const found = await transaction.standing();
    if (found.checkpoint !== known.checkpoint || !sameMembers(found.parked, known.parked))
      return { done: false, standing: found, parked: [] };
    const parked = await apply(transaction);
    await transaction.saveCheckpoint(batch.upTo);
    const allParked =
      parked.length > 0 ? new Set([...found.parked, ...parked.map(({ stream }) => stream)]) : found.parked;
    return { done: true, standing: { checkpoint: batch.upTo, parked: allParked }, parked };
  });
}

/** The slow way, after a batch failed: event by event, parking the streams of those that fail on their own. */
async function applyOneByOne<Tx>(
  options: Omit<Applying<Tx>, 'onParked'>,
  transaction: TargetTransaction<Tx>,
  wanted: readonly RecordedEvent[],
): Promise<readonly ParkedStream[]> {
  const parked = new Map<string, ParkedStream>();
  for (const event of wanted) {
    if (parked.has(event.stream)) continue;
    const failure = await applyOne(options, transaction, event);
    if (!failure) continue;
    await transaction.park(failure);
    parked.set(failure.stream, failure);
  }
  return [...parked.values()];
}

/**
 * Applies one event, undoing it alone if it fails.
 *
 * @returns what to park, if the event could not be handled
 * @throws faults of the storage
 */
export async function applyOne<Tx>(
  { view, target, store }: Omit<Applying<Tx>, 'onParked'>,
  transaction: TargetTransaction<Tx>,
  recorded: RecordedEvent,
): Promise<ParkedStream | undefined> {
  try {
    await transaction.step(async () => {
      for (const event of await store.decode([recorded])) await view.handlers.get(event.type)?.(transaction.tx, event);
    });
    return undefined;
  } catch (error) {
    if (target.isFault(error)) throw error;
    const { stream, position, type } = recorded;
    return { stream, position, eventType: type, error: describe(error) };
  }
}

const MAX_ERROR_LENGTH = 500;

/** A failure in words. The message of a SyntaxError quotes the text it failed on, which may be personal. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error instanceof SyntaxError) return error.name;
  return `${error.name}: ${error.message}`.slice(0, MAX_ERROR_LENGTH);
}

function sameMembers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const member of a) if (!b.has(member)) return false;
  return true;
}
