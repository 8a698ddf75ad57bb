import {
  AccessDeniedError,
  AppendConsistencyViolationError,
  AppendRecordSizeExceededError,
  CancelledError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamTombstonedError,
  TransactionMaxSizeExceededError,
  UnavailableError,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import rpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import errors from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/errors_pb.js';
import { TimedOutError } from './deadline.js';

export interface Leader {
  readonly host: string;
  readonly port: number;
}

/**
 * What a failed call means:
 * - `answer`: the server decided; asking again gives the same.
 * - `not-leader`: another node has to be asked; this one did nothing.
 * - `unreachable`: no connection was made, so nothing was done.
 * - `broken`: the connection was lost under the call, which may have been carried out.
 * - `lost`: no answer, or none that can be understood; it may have been carried out, and the client is not to be trusted.
 */
export type Failure =
  | { readonly kind: 'answer' | 'unreachable' | 'broken' | 'lost' }
  | { readonly kind: 'not-leader'; readonly leader: Leader | undefined };

/** Thrown when the server is not one that the log can be kept in. */
export class UnsupportedServerError extends Error {
  override readonly name = 'UnsupportedServerError';
}

/** gRPC status codes (grpc/doc/statuscodes.md). */
const CANCELLED = 1;
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const FAILED_PRECONDITION = 9;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

const FINAL_CODES = new Set([INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED]);
const BROKEN_CODES = new Set([CANCELLED, INTERNAL, UNAVAILABLE]);

const ANSWERS = [
  AccessDeniedError,
  AppendConsistencyViolationError,
  AppendRecordSizeExceededError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamTombstonedError,
  TransactionMaxSizeExceededError,
  UnsupportedError,
  UnsupportedServerError,
  WrongExpectedVersionError,
];

/** Classifies by the client's type and by the gRPC code, because raw gRPC errors come through while it reconnects. */
export function classify(error: unknown): Failure {
  if (error instanceof TimedOutError) return { kind: 'lost' };
  if (error instanceof NotLeaderError) {
    return { kind: 'not-leader', leader: { host: error.leader.address, port: error.leader.port } };
  }
  const refusal = notLeaderDetails(error);
  if (refusal) return { kind: 'not-leader', leader: leaderIn(refusal) };
  if (ANSWERS.some((type) => error instanceof type)) return { kind: 'answer' };
  const code = codeOf(error);
  if (code === UNAVAILABLE && /No connection established|Name resolution failed/.test(textOf(error))) {
    return { kind: 'unreachable' };
  }
  if (error instanceof UnavailableError || error instanceof CancelledError) return { kind: 'broken' };
  if (code !== undefined && BROKEN_CODES.has(code)) return { kind: 'broken' };
  if (code === UNAUTHENTICATED || (code !== undefined && FINAL_CODES.has(code))) return { kind: 'answer' };
  return { kind: 'lost' };
}

/** The details of a "not leader" of the newer append, which the client turns into an unknown error. */
function notLeaderDetails(error: unknown): errors.NotLeaderNodeErrorDetails | undefined {
  for (const candidate of [error, member(error, '_raw')]) {
    const metadata = member(candidate, 'metadata');
    const [bytes] = hasGet(metadata) ? metadata.get('grpc-status-details-bin') : [];
    if (!(bytes instanceof Uint8Array)) continue;
    const details = rpc.Status.deserializeBinary(new Uint8Array(bytes)).getDetails();
    if (details?.getTypeUrl().endsWith('NotLeaderNodeErrorDetails')) {
      return errors.NotLeaderNodeErrorDetails.deserializeBinary(details.getValue_asU8());
    }
  }
  return undefined;
}

function leaderIn(details: errors.NotLeaderNodeErrorDetails): Leader | undefined {
  const node = details.getCurrentLeader();
  return node && { host: node.getHost(), port: node.getPort() };
}

function codeOf(error: unknown): number | undefined {
  const code = member(error, 'code');
  return typeof code === 'number' ? code : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function hasGet(value: unknown): value is { get(key: string): unknown[] } {
  return typeof member(value, 'get') === 'function';
}
