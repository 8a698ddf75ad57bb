import { type handleClientStreamingCall, type handleUnaryCall, type ServiceError, status } from '@grpc/grpc-js';
import errors from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import type { CarryOut } from './appends.js';
import type { DoubleStore, WireCheck, WireEvent, WireExpectation } from './store.js';
import { detailedError } from './wire.js';

const NO_STREAM = -1;
const ANY = -2;
const EXISTS = -4;

/** StreamsService/AppendRecords: events of several streams under checks of any streams. */
export function appendRecordsHandler(
  carryOut: CarryOut,
  store: DoubleStore,
): handleUnaryCall<streams.AppendRecordsRequest, streams.AppendRecordsResponse> {
  return async (call, callback) => {
    const events = call.request.getRecordsList().map((record) => eventIn(record.getStream(), record));
    const checks = call.request.getChecksList().map((check): WireCheck => {
      const state = check.getStreamState() ?? new streams.ConsistencyCheck.StreamStateCheck();
      return { stream: state.getStream(), expected: expectationIn(state.getExpectedState()) };
    });
    try {
      refuseTombstoned(store, events);
      const result = await carryOut(call, { method: 'AppendRecords', newer: true, events, checks });
      if (!result.ok) {
        const violated = result.violations.map(({ stream, expected, actual }) =>
          new errors.ConsistencyViolation()
            .setCheckIndex(checks.findIndex((check) => check.stream === stream))
            .setStreamState(
              new errors.ConsistencyViolation.StreamStateViolation()
                .setStream(stream)
                .setExpectedState(numberOf(expected))
                .setActualState(numberOf(actual)),
            ),
        );
        throw detailedError(
          status.FAILED_PRECONDITION,
          'kurrentdb.protocol.v2.streams.errors.AppendConsistencyViolationErrorDetails',
          new errors.AppendConsistencyViolationErrorDetails().setViolationsList(violated).serializeBinary(),
        );
      }
      const revisions = [...result.revisions].map(([stream, revision]) =>
        new streams.StreamRevision().setStream(stream).setRevision(`${revision}`),
      );
      callback(null, new streams.AppendRecordsResponse().setRevisionsList(revisions).setPosition(`${result.position}`));
    } catch (error) {
      callback(error as ServiceError);
    }
  };
}

/** StreamsService/AppendSession: one request per stream, all or nothing. */
export function appendSessionHandler(
  carryOut: CarryOut,
  store: DoubleStore,
): handleClientStreamingCall<streams.AppendRequest, streams.AppendSessionResponse> {
  return async (call, callback) => {
    const events: WireEvent[] = [];
    const checks: WireCheck[] = [];
    for await (const request of call as AsyncIterable<streams.AppendRequest>) {
      const stream = request.getStream();
      checks.push({ stream, expected: expectationIn(request.getExpectedRevision() ?? `${ANY}`) });
      events.push(...request.getRecordsList().map((record) => eventIn(stream, record)));
    }
    try {
      refuseTombstoned(store, events);
      const result = await carryOut(call, { method: 'AppendSession', newer: true, events, checks });
      if (!result.ok) {
        const [first] = result.violations;
        throw detailedError(
          status.FAILED_PRECONDITION,
          'kurrentdb.protocol.v2.streams.errors.StreamRevisionConflictErrorDetails',
          new errors.StreamRevisionConflictErrorDetails()
            .setStream(first?.stream ?? '')
            .setExpectedRevision(numberOf(first?.expected ?? 'any'))
            .setActualRevision(numberOf(first?.actual ?? 'no-stream'))
            .serializeBinary(),
        );
      }
      const output = [...result.revisions].map(([stream, revision]) =>
        new streams.AppendResponse().setStream(stream).setStreamRevision(`${revision}`),
      );
      callback(null, new streams.AppendSessionResponse().setOutputList(output).setPosition(`${result.position}`));
    } catch (error) {
      callback(error as ServiceError);
    }
  };
}

function refuseTombstoned(store: DoubleStore, events: readonly WireEvent[]): void {
  const stream = events.map((event) => event.stream).find(store.isTombstoned);
  if (stream === undefined) return;
  throw detailedError(
    status.FAILED_PRECONDITION,
    'kurrentdb.protocol.v2.streams.errors.StreamTombstonedErrorDetails',
    new errors.StreamTombstonedErrorDetails().setStream(stream).serializeBinary(),
  );
}

function eventIn(stream: string, record: streams.AppendRecord): WireEvent {
  const metadata: Record<string, string> = {};
  record.getPropertiesMap().forEach((value, key) => {
    metadata[key] = value.getStringValue();
  });
  return {
    stream,
    id: record.getRecordId() ?? crypto.randomUUID(),
    type: record.getSchema()?.getName() ?? '',
    json: record.getSchema()?.getFormat() === streams.SchemaFormat.SCHEMA_FORMAT_JSON,
    data: Buffer.from(record.getData_asU8()),
    metadata,
  };
}

function expectationIn(state: string): WireExpectation {
  const value = Number(state);
  if (value === NO_STREAM) return 'no-stream';
  if (value === ANY) return 'any';
  return value === EXISTS ? 'exists' : value;
}

function numberOf(expected: WireExpectation): string {
  const named = { 'no-stream': NO_STREAM, any: ANY, exists: EXISTS };
  return `${typeof expected === 'number' ? expected : named[expected]}`;
}
