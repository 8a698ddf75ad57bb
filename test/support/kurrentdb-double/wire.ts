import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import rpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import serverErrors from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/errors_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { StoredWireEvent } from './store.js';

const TICKS_PER_MS = 10_000n;

export function identifier(stream: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));
}

export function nameIn(identified: shared.StreamIdentifier | undefined): string {
  return Buffer.from(identified?.getStreamName_asU8() ?? []).toString();
}

export function idIn(uuid: shared.UUID | undefined): string {
  const parts = uuid?.getStructured();
  if (!parts) return uuid?.getString() ?? '';
  const hex = [parts.getMostSignificantBits(), parts.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function uuidOf(id: string, structured: boolean): shared.UUID {
  if (!structured) return new shared.UUID().setString(id);
  const hex = id.replaceAll('-', '');
  const half = (text: string) => BigInt.asIntN(64, BigInt(`0x${text}`)).toString();
  return new shared.UUID().setStructured(
    new shared.UUID.Structured()
      .setMostSignificantBits(half(hex.slice(0, 16)))
      .setLeastSignificantBits(half(hex.slice(16))),
  );
}

export interface EventRendering {
  /** Whether ids are asked for as two numbers. */
  readonly structuredIds: boolean;
  /** The commit position to show in place of the event's own. */
  readonly commit?: bigint;
}

export function eventMessage(event: StoredWireEvent, { structuredIds, commit }: EventRendering): streams.ReadResp {
  const committed = (commit ?? event.position).toString();
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuidOf(event.id, structuredIds))
    .setStreamIdentifier(identifier(event.stream))
    .setStreamRevision(event.revision.toString())
    .setCommitPosition(committed)
    .setPreparePosition(event.position.toString())
    .setData(event.data)
    .setCustomMetadata(Buffer.from(JSON.stringify(event.metadata)));
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.json ? 'application/json' : 'application/octet-stream')
    .set('created', (BigInt(event.recordedAt) * TICKS_PER_MS).toString());
  const read = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(committed);
  return new streams.ReadResp().setEvent(read);
}

export function packed(type: string, bytes: Uint8Array): any.Any {
  const message = new any.Any();
  message.pack(bytes, type, 'type.googleapis.com');
  return message;
}

/** An error of the older calls: a name in the trailers. */
export function namedError(exception: string, more: Readonly<Record<string, string>> = {}): Partial<ServiceError> {
  const metadata = new Metadata();
  metadata.set('exception', exception);
  for (const [key, value] of Object.entries(more)) metadata.set(key, value);
  return {
    code: exception === 'not-leader' ? status.NOT_FOUND : status.FAILED_PRECONDITION,
    details: exception,
    metadata,
  };
}

/** An error of the newer calls: a status with typed details, in one binary trailer. */
export function detailedError(code: status, type: string, bytes: Uint8Array): Partial<ServiceError> {
  const details = new rpc.Status().setMessage(type).setDetails(packed(type, bytes));
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(details.serializeBinary()));
  return { code, details: type, metadata };
}

export function notLeader(newer: boolean, port: number): Partial<ServiceError> {
  if (!newer)
    return namedError('not-leader', { 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': `${port}` });
  const node = new serverErrors.NotLeaderNodeErrorDetails.NodeInfo().setHost('127.0.0.1').setPort(port);
  const details = new serverErrors.NotLeaderNodeErrorDetails().setCurrentLeader(node);
  return detailedError(status.FAILED_PRECONDITION, 'kurrent.rpc.NotLeaderNodeErrorDetails', details.serializeBinary());
}

export function nothing(): shared.Empty {
  return new shared.Empty();
}

export function googleNothing(): empty.Empty {
  return new empty.Empty();
}
