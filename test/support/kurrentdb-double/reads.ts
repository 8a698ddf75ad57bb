import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Counts, Faults } from './faults.js';
import type { DoubleStore, StoredWireEvent } from './store.js';
import { type EventRendering, eventMessage, nameIn } from './wire.js';

type ReadCall = ServerWritableStream<streams.ReadReq, streams.ReadResp>;

const DEFAULT_WINDOW = 32;

/** Answers Streams/Read: reads of a stream, reads of everything, and subscriptions to everything. */
export function readHandler(store: DoubleStore, faults: Faults, counts: Counts): (call: ReadCall) => Promise<void> {
  return async (call) => {
    const options = call.request.getOptions() ?? new streams.ReadReq.Options();
    if (options.hasSubscription()) await subscribe(call, options);
    else if (options.hasStream()) await readStream(call, options);
    else await readAll(call, options);
    call.end();
  };

  async function readStream(call: ReadCall, options: streams.ReadReq.Options): Promise<void> {
    const from = options.getStream() ?? new streams.ReadReq.Options.StreamOptions();
    const name = nameIn(from.getStreamIdentifier());
    const found = await store.readStream(name, {
      direction: isBackwards(options) ? 'backwards' : 'forwards',
      limit: Number(options.getCount()),
      ...(from.hasRevision() ? { from: Number(from.getRevision()) } : {}),
    });
    if (found === undefined) {
      const missing = new streams.ReadResp.StreamNotFound().setStreamIdentifier(from.getStreamIdentifier());
      await send(call, new streams.ReadResp().setStreamNotFound(missing));
      return;
    }
    for (const event of found) await send(call, eventMessage(event, rendering(options)));
  }

  async function readAll(call: ReadCall, options: streams.ReadReq.Options): Promise<void> {
    const start = startOf(options);
    const passes = filterOf(options);
    let left = Number(options.getCount());
    // A read begins with the event it starts from.
    const events = isBackwards(options) ? store.readBackwards() : store.readForwards(start && start - 1n);
    for await (const event of events) {
      if (left === 0) return;
      if (!passes(event)) continue;
      left--;
      await send(call, eventMessage(event, rendering(options)));
    }
  }

  async function subscribe(call: ReadCall, options: streams.ReadReq.Options): Promise<void> {
    const over = new AbortController();
    call.on('cancelled', () => over.abort());
    call.on('close', () => over.abort());
    call.on('error', () => over.abort());
    const passes = filterOf(options);
    const interval = checkpointInterval(options);
    let looked: bigint | undefined = startOf(options);
    let sinceCheckpoint = 0;
    let told = false;
    await send(
      call,
      new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('s')),
    );
    for await (const item of store.subscribe(looked, over.signal)) {
      if (item === 'caught-up') {
        if (!told) await send(call, caughtUp(looked));
        told = true;
        continue;
      }
      looked = item.position;
      if (passes(item)) {
        for (let copy = 0; copy < (faults.duplicate ? 2 : 1); copy++)
          await send(call, eventMessage(item, rendering(options)));
        counts.sent++;
      }
      if (++sinceCheckpoint < interval) continue;
      sinceCheckpoint = 0;
      await send(call, checkpoint(looked));
    }
  }

  function rendering(options: streams.ReadReq.Options): EventRendering {
    const structuredIds = options.getUuidOption()?.hasStructured() ?? false;
    return faults.sharePositions ? { structuredIds, commit: 1n << 60n } : { structuredIds };
  }
}

/** Sends, and waits while the other side takes nothing more. */
async function send(call: ReadCall, message: streams.ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed) return;
  if (call.write(message)) return;
  const gone = new AbortController();
  const events = ['drain', 'close', 'error', 'cancelled'].map((event) => once(call, event, { signal: gone.signal }));
  await Promise.race(events).catch(() => undefined);
  gone.abort();
  await Promise.allSettled(events);
}

function isBackwards(options: streams.ReadReq.Options): boolean {
  return options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
}

function startOf(options: streams.ReadReq.Options): bigint | undefined {
  const position = options.getAll()?.getPosition();
  return position && BigInt(position.getCommitPosition());
}

function checkpointInterval(options: streams.ReadReq.Options): number {
  const filter = options.getFilter();
  if (!filter) return Number.POSITIVE_INFINITY;
  return (filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW) * filter.getCheckpointintervalmultiplier();
}

function filterOf(options: streams.ReadReq.Options): (event: StoredWireEvent) => boolean {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (!filter || !expression) return () => true;
  const prefixes = expression.getPrefixList();
  const regex = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex());
  return ({ stream, type }) => {
    const text = filter.hasStreamIdentifier() ? stream : type;
    return regex ? regex.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
  };
}

function caughtUp(position: bigint | undefined): streams.ReadResp {
  const message = new streams.ReadResp.CaughtUp().setTimestamp(timestamp.Timestamp.fromDate(new Date()));
  if (position !== undefined) {
    message.setPosition(
      new streams.ReadResp.Position().setCommitPosition(`${position}`).setPreparePosition(`${position}`),
    );
  }
  return new streams.ReadResp().setCaughtUp(message);
}

function checkpoint(position: bigint): streams.ReadResp {
  return new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(`${position}`).setPreparePosition(`${position}`),
  );
}
