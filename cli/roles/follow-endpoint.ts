import { LRUCache } from 'lru-cache';
import type { EventLog, Position, RecordedEvent } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { MemberReport } from '../../infra/ports/progress-exchange.js';
import { receivedPositions, receivedReport, sentPositions } from '../../infra/wire/member-report.js';
import {
  type FollowAnswer,
  type FollowedEvent,
  type FollowMessage,
  followMessageSchema,
} from '../../infra/wire/messages.js';
import { INTERNAL_PATHS } from '../../infra/wire/protocol.js';
import { tenancyView } from '../../projections/tenancy/registry.js';
import { isStoreFault } from '../service/store-faults.js';
import type { Copies } from './copies.js';
import { type InternalEndpoint, messageOf } from './internal-server.js';
import type { Membership } from './membership.js';

export interface FollowEndpointDeps {
  readonly membership: Membership;
  readonly copies: Copies;
  readonly log: Pick<EventLog, 'readAll'>;
  readonly store: Pick<EventStore, 'decode'>;
  /** How far the views are that gateways wait for, by name. */
  readonly views: readonly string[];
  /** ms, monotonic. */
  readonly clock: () => number;
}

const PAGE = 200;
/** What a gateway says of itself is passed on at least so often while it asks, in ms. */
const RELAY_EVERY_MS = 400;
/** Of how many of them it is remembered what was passed on. */
const REMEMBERED = 1_000;

/**
 * Keeps processes without stores up to date by long polling: the events of apps and tenants, and how far the views are.
 * With each request they say how far they are themselves, which is passed on to the others.
 */
export function followEndpoint(deps: FollowEndpointDeps): InternalEndpoint {
  const { membership, copies, views, clock } = deps;
  const { board } = membership;
  const relay = relayed(membership, clock);

  function news({ after, known }: FollowMessage): ReadonlyMap<string, Position> | undefined {
    const told = receivedPositions(known);
    const passed = new Map(
      views.map((view) => [view, board.position(view)] as const).filter(([view, at]) => at > (told.get(view) ?? -1n)),
    );
    return passed.size > 0 || copies.changedAt() > BigInt(after) ? passed : undefined;
  }

  return {
    path: INTERNAL_PATHS.follow,
    async answer(body) {
      const read = messageOf(followMessageSchema, body);
      if (!read.ok) return read.answer;
      const { message } = read;
      if (membership.isStale())
        return { status: 'REFUSED', reason: 'this process has not heard of the others for too long' };
      relay(receivedReport(message.report));
      if (!news(message)) await change(deps, () => news(message) !== undefined, message.waitMs);
      try {
        const page = await pageAfter(deps, BigInt(message.after));
        const answer: FollowAnswer = { ...page, passed: sentPositions(news(message) ?? new Map()) };
        return { status: 'OK', json: JSON.stringify(answer) };
      } catch (error) {
        if (!isStoreFault(error)) throw error;
        return { status: 'REFUSED', reason: 'the events of apps and tenants can not be read at present' };
      }
    },
  };
}

async function pageAfter(
  { copies, log, store }: FollowEndpointDeps,
  after: Position,
): Promise<Omit<FollowAnswer, 'passed'>> {
  // Taken first: an event that is applied meanwhile is read now or the next time.
  const position = copies.progress.position(tenancyView.name);
  const filter = { streamPrefixes: tenancyView.streamPrefixes };
  const page = copies.changedAt() > after ? await log.readAll({ after, limit: PAGE, filter }) : [];
  const isWhole = page.length < PAGE;
  const last = page.at(-1)?.position ?? after;
  const upTo = isWhole && position > last ? position : last;
  const events = await opened(
    store,
    page.filter(({ type }) => tenancyView.handlers.has(type)),
  );
  return { events, upTo: String(upTo), isWhole };
}

/** Opens events: one that can't be opened is sent as that, so that it holds up nothing but its own stream. */
async function opened(store: Pick<EventStore, 'decode'>, page: readonly RecordedEvent[]): Promise<FollowedEvent[]> {
  try {
    return (await store.decode(page)).map(sent);
  } catch (error) {
    if (isStoreFault(error)) throw error;
    if (page.length > 1) return (await Promise.all(page.map((event) => opened(store, [event])))).flat();
    const unreadable = error instanceof Error ? error.name : 'unknown error';
    return page.map((event) => ({ ...sent({ ...event, erased: false }), data: null, unreadable }));
  }
}

function sent<E extends { readonly position: Position }>({ position, ...event }: E) {
  return { ...event, position: String(position) };
}

/** Resolves when there is something new, or after some time. */
function change({ membership, copies }: FollowEndpointDeps, isNew: () => boolean, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      for (const end of ends) end();
      resolve();
    };
    const look = (): void => {
      if (isNew()) done();
    };
    const timer = setTimeout(done, ms);
    const ends = [membership.board.onPassed(look), copies.progress.onPassed(look)];
  });
}

/** Passes on what processes say of themselves: what is new at once, the rest now and then. */
function relayed(membership: Membership, clock: () => number): (report: MemberReport) => void {
  const passedOn = new LRUCache<string, { readonly at: number; readonly text: string }>({ max: REMEMBERED });
  return (report) => {
    const text = JSON.stringify([sentPositions(report.kept), sentPositions(report.missed), report.leaves]);
    const before = passedOn.get(report.member);
    if (before?.text === text && clock() - before.at < RELAY_EVERY_MS) return;
    if (report.leaves) passedOn.delete(report.member);
    else passedOn.set(report.member, { at: clock(), text });
    membership.relay(report);
  };
}
