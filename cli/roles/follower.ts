import { randomUUID } from 'node:crypto';
import { UnreadableEventError } from '../../infra/event-store/event-store.js';
import { BEGINNING, type Position, type RecordedEvent } from '../../infra/ports/event-log.js';
import type { EventStore, StoredEvent } from '../../infra/ports/event-store.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { Progress } from '../../infra/ports/progress.js';
import type { MemberReport } from '../../infra/ports/progress-exchange.js';
import type { ServicePool } from '../../infra/ports/services.js';
import { RemoteFaultError } from '../../infra/wire/failures.js';
import { readJson } from '../../infra/wire/json-text.js';
import { receivedPositions, sentPositions, sentReport } from '../../infra/wire/member-report.js';
import {
  type FollowAnswer,
  type FollowedEvent,
  type FollowMessage,
  followAnswerSchema,
} from '../../infra/wire/messages.js';
import { INTERNAL_PATHS } from '../../infra/wire/protocol.js';
import { applyBatch } from '../../projections/runner/apply.js';
import { REPORT_EVERY_MS, STALE_AFTER_MS } from '../../projections/runner/cluster.js';
import { memoryTarget } from '../../projections/runner/memory-target.js';
import { progressBoard } from '../../projections/runner/progress.js';
import type { ParkedStream, Standing } from '../../projections/runner/view.js';
import { type RegistryTables, tenancyView } from '../../projections/tenancy/registry.js';

export interface FollowerOptions {
  readonly queries: ServicePool;
  readonly registryTables: RegistryTables;
  readonly logger: Logger;
  readonly onParked: (view: string) => void;
  /** ms, monotonic. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What a process without stores knows of the installation. */
export interface Follower {
  /** How far the views of the installation are. Who gives up waiting tells all others before the wait ends. */
  readonly board: Progress;
  /** The last event of apps and tenants that is known here. */
  tenancy(): Position;
  /** True if the others may have stopped waiting for this process, so that it must not answer. */
  isStale(): boolean;
  /** Resolves once the others know of this process, and it knows what they waited for before they did. */
  joined(): Promise<void>;
  stop(): Promise<void>;
}

const ANSWER_TIMEOUT_MS = 2_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Starts to follow the installation through processes of the role `query`. */
export function followInstallation(options: FollowerOptions): Follower {
  const { queries, logger, clock, sleep } = options;
  const member = randomUUID();
  const board = progressBoard();
  const known = new Map<string, Position>();
  const target = memoryTarget(options.registryTables, () => false);
  const stopping = new AbortController();
  let standing: Standing = { checkpoint: BEGINNING, parked: new Set() };
  let changedAt = BEGINNING;
  let isMember = false;
  /** What the others were told of how far this process is. */
  let told = { position: BEGINNING, at: Number.NEGATIVE_INFINITY };
  /** When the last question was asked whose answer told everything there was. */
  let heardAt = Number.NEGATIVE_INFINITY;
  const awaiting: { left: number; readonly resolve: () => void }[] = [];

  const report = (leaves: boolean): MemberReport => ({
    member,
    at: clock(),
    built: new Map(),
    kept: isMember ? new Map([[tenancyView.name, told.position]]) : new Map(),
    missed: board.behind(),
    leaves,
  });

  async function ask(waitMs: number, leaves = false): Promise<FollowAnswer> {
    const message: FollowMessage = {
      report: sentReport(report(leaves)),
      after: String(standing.checkpoint),
      known: sentPositions(known),
      waitMs,
    };
    const text = await queries.call({
      path: INTERNAL_PATHS.follow,
      body: JSON.stringify(message),
      timeoutMs: waitMs + ANSWER_TIMEOUT_MS,
      isRepeatable: true,
    });
    const answer = readJson(followAnswerSchema, text);
    if (!answer) throw new RemoteFaultError('the query service gave an answer that is none');
    return answer;
  }

  /** Resolves once so many further answers have left nothing to ask for. */
  function wholeAnswers(count: number): Promise<void> {
    return new Promise((resolve) => {
      awaiting.push({ left: count, resolve });
    });
  }

  function countWhole(): void {
    for (const waiter of awaiting.splice(0)) {
      if (--waiter.left > 0) awaiting.push(waiter);
      else waiter.resolve();
    }
  }

  async function take({ events, upTo, isWhole, passed }: FollowAnswer): Promise<void> {
    const byId = new Map(events.map((event) => [event.id, event]));
    const batch = {
      events: events.map((event): RecordedEvent => ({ ...event, position: BigInt(event.position), data: '' })),
      upTo: BigInt(upTo),
    };
    const store: Pick<EventStore, 'decode'> = {
      decode: async (recorded) => recorded.flatMap(({ id }) => openedThere(byId.get(id))),
    };
    if (events.length > 0 || batch.upTo > standing.checkpoint)
      standing = await applyBatch({ view: tenancyView, target, store, onParked: parked }, batch, standing);
    changedAt = batch.events.at(-1)?.position ?? changedAt;
    // Others wait for events; that the log went on without any is told now and then.
    if (events.length > 0 || clock() - told.at >= REPORT_EVERY_MS)
      told = { position: standing.checkpoint, at: clock() };
    for (const [view, position] of receivedPositions(passed)) {
      known.set(view, position);
      board.passed(view, position);
    }
    if (isWhole) countWhole();
  }

  function parked({ stream, position, eventType, error }: ParkedStream): void {
    options.onParked(tenancyView.name);
    const fields = { view: tenancyView.name, stream, position: String(position), eventType, error };
    logger.error(fields, 'stream parked: an event could not be handled. Mend the cause, then restart this process');
  }

  async function follow(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const askedAt = clock();
        const answer = await ask(REPORT_EVERY_MS);
        await take(answer);
        // Not before everything is known that the others did not wait for while this process was not heard.
        if (answer.isWhole) heardAt = askedAt;
        failures = 0;
      } catch (err) {
        if (failures === 0) logger.warn({ err }, 'no process of the role query can be followed; trying again');
        await sleep(Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS));
      }
    }
  }

  const following = follow();
  return {
    board: {
      ...board,
      async waitFor(views, position, timeoutMs) {
        const hasPassed = await board.waitFor(views, position, timeoutMs);
        // Those who ask next, whomever they ask, must not be answered from these views.
        if (!hasPassed) await ask(0).catch(() => undefined);
        return hasPassed;
      },
    },
    tenancy: () => changedAt,
    isStale: () => clock() - heardAt > STALE_AFTER_MS,
    async joined() {
      await wholeAnswers(1);
      isMember = true;
      await sleep(STALE_AFTER_MS);
      // The next one may have been asked for before.
      await wholeAnswers(2);
    },
    async stop() {
      stopping.abort();
      await following;
      await ask(0, true).catch(() => undefined);
    },
  };
}

/** @throws UnreadableEventError if the other side could not open it */
function openedThere(event: FollowedEvent | undefined): readonly StoredEvent[] {
  if (!event) return [];
  if (event.unreadable !== undefined) throw new UnreadableEventError(event.unreadable);
  return [{ ...event, data: event.data, position: BigInt(event.position) }];
}
