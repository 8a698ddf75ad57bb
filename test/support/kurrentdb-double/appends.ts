import { setTimeout as pause } from 'node:timers/promises';
import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import rpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { DoubleStore, WireAppendResult, WireCheck, WireEvent, WireExpectation } from './store.js';
import { googleNothing, identifier, idIn, namedError, nameIn, nothing, packed } from './wire.js';

/** Carries an append out, with the faults that are on. Throws a gRPC error if it is refused. */
export type CarryOut = (
  call: { getHost(): string; metadata: Metadata },
  append: {
    readonly method: string;
    readonly newer: boolean;
    readonly events: readonly WireEvent[];
    readonly checks: readonly WireCheck[];
  },
) => Promise<WireAppendResult & { readonly hidden: boolean }>;

type BatchAppend = handleBidiStreamingCall<streams.BatchAppendReq, streams.BatchAppendResp>;

/** Streams/BatchAppend: many appends over one call, answered as they are done. */
export function batchAppendHandler(carryOut: CarryOut, store: DoubleStore): BatchAppend {
  return (call) => {
    const open = new Map<string, { options: streams.BatchAppendReq.Options; events: WireEvent[] }>();
    call.on('data', (request: streams.BatchAppendReq) => {
      const id = idIn(request.getCorrelationId());
      const options = request.getOptions();
      const append = open.get(id) ?? { options: options ?? new streams.BatchAppendReq.Options(), events: [] };
      open.set(id, append);
      const stream = nameIn(append.options.getStreamIdentifier());
      for (const message of request.getProposedMessagesList()) append.events.push(eventIn(stream, message));
      if (!request.getIsFinal()) return;
      open.delete(id);
      void answer(request, stream, append).then(
        (response) => call.write(response),
        (error: ServiceError) => call.emit('error', error),
      );
    });
    call.on('end', () => call.end());
    call.on('error', () => open.clear());

    async function answer(
      request: streams.BatchAppendReq,
      stream: string,
      { options, events }: { options: streams.BatchAppendReq.Options; events: WireEvent[] },
    ): Promise<streams.BatchAppendResp> {
      const response = new streams.BatchAppendResp()
        .setCorrelationId(request.getCorrelationId())
        .setStreamIdentifier(identifier(stream));
      if (store.isTombstoned(stream)) {
        const deleted = new shared.StreamDeleted().setStreamIdentifier(identifier(stream));
        return response.setError(
          new rpc.Status()
            .setMessage('deleted')
            .setDetails(packed('event_store.client.StreamDeleted', deleted.serializeBinary())),
        );
      }
      const expected = batchExpectation(options);
      const result = await carryOut(call, {
        method: 'BatchAppend',
        newer: false,
        events,
        checks: [{ stream, expected }],
      });
      if (result.ok) {
        const success = new streams.BatchAppendResp.Success().setCurrentRevision(
          `${result.revisions.get(stream) ?? 0}`,
        );
        if (result.hidden) success.setNoPosition(googleNothing());
        else {
          success.setPosition(
            new shared.AllStreamPosition()
              .setCommitPosition(`${result.position}`)
              .setPreparePosition(`${result.position}`),
          );
        }
        return response.setSuccess(success);
      }
      const wrong = new shared.WrongExpectedVersion();
      const actual = result.violations[0]?.actual ?? 'no-stream';
      if (actual === 'no-stream') wrong.setCurrentNoStream(googleNothing());
      else wrong.setCurrentStreamRevision(`${actual}`);
      if (expected === 'no-stream') wrong.setExpectedNoStream(googleNothing());
      else if (typeof expected === 'number') wrong.setExpectedStreamPosition(`${expected}`);
      const details = packed('event_store.client.WrongExpectedVersion', wrong.serializeBinary());
      return response.setError(new rpc.Status().setMessage('WrongExpectedVersion').setDetails(details));
    }
  };
}

/** Streams/Append: one append per call. */
export function appendHandler(carryOut: CarryOut): handleClientStreamingCall<streams.AppendReq, streams.AppendResp> {
  return async (call, callback) => {
    let options = new streams.AppendReq.Options();
    const events: WireEvent[] = [];
    for await (const request of call as AsyncIterable<streams.AppendReq>) {
      options = request.getOptions() ?? options;
      const message = request.getProposedMessage();
      if (message) events.push(eventIn(nameIn(options.getStreamIdentifier()), message));
    }
    const stream = nameIn(options.getStreamIdentifier());
    const expected = plainExpectation(options);
    try {
      const result = await carryOut(call, { method: 'Append', newer: false, events, checks: [{ stream, expected }] });
      const response = new streams.AppendResp();
      if (result.ok) {
        response.setSuccess(
          new streams.AppendResp.Success()
            .setCurrentRevision(`${result.revisions.get(stream) ?? 0}`)
            .setPosition(
              new streams.AppendResp.Position()
                .setCommitPosition(`${result.position}`)
                .setPreparePosition(`${result.position}`),
            ),
        );
      } else {
        const wrong = new streams.AppendResp.WrongExpectedVersion();
        const actual = result.violations[0]?.actual ?? 'no-stream';
        if (actual === 'no-stream') wrong.setCurrentNoStream(nothing());
        else wrong.setCurrentRevision(`${actual}`);
        if (expected === 'no-stream') wrong.setExpectedNoStream(nothing());
        else if (typeof expected === 'number') wrong.setExpectedRevision(`${expected}`);
        response.setWrongExpectedVersion(wrong);
      }
      callback(null, response);
    } catch (error) {
      callback(error as ServiceError);
    }
  };
}

/** Streams/Delete and Streams/Tombstone. */
export function deleteHandler(store: DoubleStore): handleUnaryCall<streams.DeleteReq, streams.DeleteResp> {
  return async (call, callback) => {
    const position = await store.delete(nameIn(call.request.getOptions()?.getStreamIdentifier()), false);
    const at = new streams.DeleteResp.Position().setCommitPosition(`${position}`).setPreparePosition(`${position}`);
    callback(null, new streams.DeleteResp().setPosition(at));
  };
}

export function tombstoneHandler(store: DoubleStore): handleUnaryCall<streams.TombstoneReq, streams.TombstoneResp> {
  return async (call, callback) => {
    const position = await store.delete(nameIn(call.request.getOptions()?.getStreamIdentifier()), true);
    const at = new streams.TombstoneResp.Position().setCommitPosition(`${position}`).setPreparePosition(`${position}`);
    callback(null, new streams.TombstoneResp().setPosition(at));
  };
}

export async function late(ms: number): Promise<void> {
  if (ms > 0) await pause(ms);
}

export function refusal(code: number): Partial<ServiceError> {
  return code === status.FAILED_PRECONDITION
    ? namedError('stream-deleted', { 'stream-name': 'x' })
    : { code, details: 'refused' };
}

function batchExpectation(options: streams.BatchAppendReq.Options): WireExpectation {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'exists';
  return options.hasStreamPosition() ? Number(options.getStreamPosition()) : 'any';
}

function plainExpectation(options: streams.AppendReq.Options): WireExpectation {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'exists';
  return options.hasRevision() ? Number(options.getRevision()) : 'any';
}

function eventIn(
  stream: string,
  message: streams.BatchAppendReq.ProposedMessage | streams.AppendReq.ProposedMessage,
): WireEvent {
  const metadata = Buffer.from(message.getCustomMetadata_asU8()).toString();
  return {
    stream,
    id: idIn(message.getId()),
    type: message.getMetadataMap().get('type') ?? '',
    json: message.getMetadataMap().get('content-type') === 'application/json',
    data: Buffer.from(message.getData_asU8()),
    metadata: metadata === '' ? {} : JSON.parse(metadata),
  };
}
