import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type {
  AppendResult,
  CaughtUp,
  EventLog,
  LogFilter,
  NewRecord,
  Position,
  RecordedEvent,
  StreamCheck,
  StreamRead,
} from '../../../infra/ports/event-log.js';

/** A log under test. It need not be empty: each case keeps to categories of its own. */
export interface OpenedLog {
  readonly log: EventLog;
  /** Closes the log and opens it again, in the way a restart of the process would. */
  reopen(): Promise<EventLog>;
  close(): Promise<void>;
}

export function freshCategory(): string {
  return `c${randomUUID().replaceAll('-', '')}`;
}

export function freshStream(category = freshCategory()): string {
  return `${category}-${randomUUID()}`;
}

export function record(stream: string, rest: Partial<NewRecord> = {}): NewRecord {
  return { stream, id: randomUUID(), type: 'ThingHappened', data: '{"n":1}', metadata: {}, ...rest };
}

export function records(stream: string, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, n) => record(stream, { data: JSON.stringify({ n }) }));
}

type Written = Extract<AppendResult, { ok: true }>;

/** Appends, and fails the case if a check is violated. */
export async function written(log: EventLog, news: readonly NewRecord[], checks: StreamCheck[] = []): Promise<Written> {
  const result = await log.append(news, checks);
  if (!result.ok) throw new Error(`Violated: ${JSON.stringify(result.violations)}`);
  return result;
}

export async function eventsOf(
  log: EventLog,
  stream: string,
  options?: Parameters<EventLog['readStream']>[1],
): Promise<readonly RecordedEvent[]> {
  const read: StreamRead = await log.readStream(stream, options);
  if (!read.found) throw new Error(`There is no stream ${stream}`);
  return read.events;
}

export function idsOf(events: readonly NewRecord[]): string[] {
  return events.map((event) => event.id);
}

export function revisionsOf(events: readonly RecordedEvent[]): number[] {
  return events.map((event) => event.revision);
}

/** All events after a position, read in small pages. */
export async function eventsAfter(log: EventLog, after: Position, filter?: LogFilter): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for (;;) {
    const from = found.at(-1)?.position ?? after;
    const page = await log.readAll({ after: from, limit: 7, ...(filter && { filter }) });
    const [first] = page;
    if (!first) return found;
    if (first.position <= from) throw new Error(`Read ${first.position} after ${from}`);
    found.push(...page);
  }
}

/** The error that a call rejects with. */
export async function rejectionOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    expect(error).to.be.instanceOf(Error);
    return error as Error;
  }
  throw new Error('The call did not reject');
}

/** Appends and expects that some checks were violated; returns them. */
export async function violated(log: EventLog, news: readonly NewRecord[], checks: StreamCheck[]) {
  const result = await log.append(news, checks);
  expect(result.ok, 'the append went through').to.equal(false);
  return result.ok ? [] : result.violations;
}

/** Follows the log until `done` says so; returns what came. */
export async function follow(
  log: EventLog,
  options: { after: Position; filter?: LogFilter },
  done: (seen: readonly (RecordedEvent | CaughtUp)[]) => boolean,
): Promise<(RecordedEvent | CaughtUp)[]> {
  const stop = new AbortController();
  const seen: (RecordedEvent | CaughtUp)[] = [];
  for await (const item of log.subscribe({ ...options, signal: stop.signal })) {
    seen.push(item);
    if (done(seen)) stop.abort();
  }
  return seen;
}

export function isEvent(item: RecordedEvent | CaughtUp): item is RecordedEvent {
  return !('caughtUp' in item);
}
