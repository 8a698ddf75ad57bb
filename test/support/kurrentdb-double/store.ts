import {
  BEGINNING,
  type EventLog,
  type Expected,
  type NewRecord,
  type RecordedEvent,
} from '../../../infra/ports/event-log.js';

/** What is expected of a stream, as the server's clients say it. */
export type WireExpectation = 'any' | 'exists' | Expected;

export interface WireEvent {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly json: boolean;
  readonly data: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredWireEvent extends WireEvent {
  readonly revision: number;
  readonly position: bigint;
  readonly recordedAt: number;
}

export interface WireCheck {
  readonly stream: string;
  readonly expected: WireExpectation;
}

export type WireAppendResult =
  | { readonly ok: true; readonly position: bigint; readonly revisions: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly violations: readonly (WireCheck & { readonly actual: Expected })[] };

/** Where real positions begin to be too large for a double-precision number. */
const FIRST_POSITION = 1n << 54n;
const POSITION_STEP = 128n;
const DELETED = '9223372036854775807';

/** How the server's own streams and types are written down, which the log beneath refuses. */
const SYSTEM_STREAM = 'system-';
const SYSTEM_TYPE = 'system.';
const BYTES = 'double.bytes';
const NEWER_APPEND = 'double.newer';

/** What the double keeps, as the server would have it: stream metadata are streams, positions are large. */
export function doubleStore(log: EventLog) {
  const tombstones = new Set<string>();

  async function append(events: readonly WireEvent[], checks: readonly WireCheck[], newer: boolean) {
    const exact: { stream: string; expected: Expected }[] = [];
    for (const { stream, expected } of checks) {
      const actual = expected === 'exists' ? await log.streamState(stored(stream)) : undefined;
      if (actual === 'no-stream') return { ok: false as const, violations: [{ stream, expected, actual }] };
      if (expected !== 'any' && expected !== 'exists') exact.push({ stream: stored(stream), expected });
    }
    const deleted = await deletedAmong(events);
    const result = await log.append(
      events.map((event) => toRecord(event, newer)),
      exact,
    );
    if (!result.ok) {
      return {
        ok: false as const,
        violations: result.violations.map((found) => ({ ...found, stream: shown(found.stream) })),
      };
    }
    for (const stream of deleted) {
      const first = (result.revisions.get(stream) ?? 0) - events.filter((event) => event.stream === stream).length + 1;
      await setMetadata(stream, `{"$tb":${first}}`);
    }
    for (const event of events) await applyMetadata(event);
    const revisions = new Map([...result.revisions].map(([stream, revision]) => [shown(stream), revision]));
    return { ok: true as const, position: toWirePosition(result.position), revisions };
  }

  async function deletedAmong(events: readonly WireEvent[]): Promise<string[]> {
    const deleted: string[] = [];
    for (const stream of new Set(events.map((event) => event.stream))) {
      if (stream.startsWith('$')) continue;
      const last = await log.readStream(stored(`$$${stream}`), { direction: 'backwards', limit: 1 });
      if (last.found && last.events[0]?.data.includes(DELETED)) deleted.push(stream);
    }
    return deleted;
  }

  async function setMetadata(stream: string, data: string): Promise<void> {
    const record = {
      stream: stored(`$$${stream}`),
      id: crypto.randomUUID(),
      type: `${SYSTEM_TYPE}metadata`,
      data,
      metadata: {},
    };
    await log.append([record], []);
  }

  async function applyMetadata({ stream, data }: WireEvent): Promise<void> {
    if (!stream.startsWith('$$')) return;
    const { $tb } = JSON.parse(data.toString()) as { $tb?: number };
    if ($tb !== undefined) await log.truncate(stream.slice(2), $tb);
  }

  return {
    append,
    isTombstoned: (stream: string) => tombstones.has(stream),
    async delete(stream: string, forGood: boolean): Promise<bigint> {
      if ((await log.streamState(stream)) !== 'no-stream') {
        await log.delete(stream);
        await setMetadata(stream, `{"$tb":${DELETED}}`);
      }
      if (forGood) tombstones.add(stream);
      return toWirePosition(await log.head());
    },
    async readStream(stream: string, options: { from?: number; direction: 'forwards' | 'backwards'; limit: number }) {
      const read = await log.readStream(stored(stream), options);
      return read.found ? read.events.map(toWireEvent) : undefined;
    },
    /** Events after a position, or before the end, in pages; system events are among them. */
    async *readForwards(after: bigint | undefined): AsyncGenerator<StoredWireEvent> {
      let through = after === undefined ? BEGINNING : fromWirePosition(after);
      for (;;) {
        const page = await log.readAll({ after: through, limit: 256 });
        if (page.length === 0) return;
        for (const event of page) yield toWireEvent(event);
        through = page.at(-1)?.position ?? through;
      }
    },
    async *readBackwards(): AsyncGenerator<StoredWireEvent> {
      for (let end = await log.head(); end >= 0n; end -= 256n) {
        const page = await log.readAll({ after: end - 256n, limit: 256 });
        for (const event of page.filter(({ position }) => position <= end).reverse()) yield toWireEvent(event);
      }
    },
    async *subscribe(after: bigint | undefined, signal: AbortSignal): AsyncGenerator<StoredWireEvent | 'caught-up'> {
      const from = after === undefined ? BEGINNING : fromWirePosition(after);
      for await (const item of log.subscribe({ after: from, signal })) {
        yield 'caughtUp' in item ? 'caught-up' : toWireEvent(item);
      }
    },
    async head(): Promise<bigint | undefined> {
      const head = await log.head();
      return head === BEGINNING ? undefined : toWirePosition(head);
    },
  };
}

export type DoubleStore = ReturnType<typeof doubleStore>;

function toWirePosition(position: bigint): bigint {
  return FIRST_POSITION + position * POSITION_STEP;
}

/** The last position of the log beneath that is not after a wire position. */
function fromWirePosition(position: bigint): bigint {
  return position < FIRST_POSITION ? BEGINNING : (position - FIRST_POSITION) / POSITION_STEP;
}

function stored(stream: string): string {
  return stream.startsWith('$') ? `${SYSTEM_STREAM}${stream}` : stream;
}

function shown(stream: string): string {
  return stream.startsWith(SYSTEM_STREAM) ? stream.slice(SYSTEM_STREAM.length) : stream;
}

function toRecord(event: WireEvent, newer: boolean): NewRecord {
  return {
    stream: stored(event.stream),
    id: event.id,
    type: event.type.startsWith('$') ? `${SYSTEM_TYPE}${event.type.slice(1)}` : event.type,
    data: event.data.toString(),
    metadata: { ...event.metadata, ...(event.json ? {} : { [BYTES]: '' }), ...(newer ? { [NEWER_APPEND]: '' } : {}) },
  };
}

function toWireEvent({ stream, type, data, metadata: kept, ...event }: RecordedEvent): StoredWireEvent {
  const { [BYTES]: bytes, [NEWER_APPEND]: newer, ...metadata } = kept;
  const shownType = type.startsWith(SYSTEM_TYPE) ? `$${type.slice(SYSTEM_TYPE.length)}` : type;
  const format = bytes === undefined ? 'Json' : 'Bytes';
  return {
    ...event,
    stream: shown(stream),
    type: shownType,
    json: bytes === undefined,
    data: Buffer.from(data),
    metadata: newer === undefined ? metadata : { ...metadata, '$schema.name': shownType, '$schema.format': format },
    position: toWirePosition(event.position),
  };
}
