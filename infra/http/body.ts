import type { IncomingMessage } from 'node:http';

/** How much of request bodies may be held in memory. */
export interface BodyLimits {
  /** Of one body, in bytes. */
  readonly maxBodyBytes: number;
  /** Of all bodies that are being received or handled, in bytes. */
  readonly maxBufferedBytes: number;
}

/** The bytes that are held by the bodies of all requests in flight. */
export interface BodyBudget {
  used: number;
}

export type BodyRefusal = 'too-large' | 'overloaded';

export interface BodyListener {
  /** The whole body, once. Its bytes count until `release` is called. */
  received(body: Buffer): void;
  /** The body is over a limit and what came of it is forgotten, once. The rest of it is not read any more. */
  refused(reason: BodyRefusal): void;
}

export const NO_BODY = Buffer.alloc(0);

const FIRST_CAPACITY = 4096;

/** Whether a request announces a body (RFC 9112 6.3). */
export function announcesBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

/** Whether a request announces more than it may send. */
export function announcesTooMuch(request: IncomingMessage, { maxBodyBytes }: BodyLimits): boolean {
  return Number(request.headers['content-length'] ?? 0) > maxBodyBytes;
}

/**
 * Collects the body of a request within the limits. Only bytes that came are counted, so a client can't claim the budget
 * by announcing bodies. If the client goes away, neither callback is called.
 *
 * @returns gives the bytes back to the budget; to be called once the request is over, however it ended
 */
export function collectBody(
  request: IncomingMessage,
  limits: BodyLimits,
  budget: BodyBudget,
  listener: BodyListener,
): () => void {
  let body: Buffer = NO_BODY;
  let length = 0;

  const release = (): void => {
    budget.used -= length;
    length = 0;
    body = NO_BODY;
  };
  const refuse = (reason: BodyRefusal): void => {
    request.off('data', onData).off('end', onEnd);
    release();
    listener.refused(reason);
  };
  const onData = (chunk: Buffer): void => {
    const next = length + chunk.length;
    const reason = refusalOf(next, budget.used + chunk.length, limits);
    if (reason !== undefined) {
      refuse(reason);
      return;
    }
    body = length === 0 ? chunk : withRoom(body, length, next);
    if (length > 0) chunk.copy(body, length);
    budget.used += chunk.length;
    length = next;
  };
  const onEnd = (): void => listener.received(body.subarray(0, length));

  request.on('data', onData).on('end', onEnd);
  return release;
}

function refusalOf(bodyBytes: number, bufferedBytes: number, limits: BodyLimits): BodyRefusal | undefined {
  if (bodyBytes > limits.maxBodyBytes) return 'too-large';
  return bufferedBytes > limits.maxBufferedBytes ? 'overloaded' : undefined;
}

/** A buffer with the bytes of `body` and room for `needed`; doubled when it grows, so that tiny chunks cost little. */
function withRoom(body: Buffer, used: number, needed: number): Buffer {
  if (body.length >= needed) return body;
  const larger = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY, needed, body.length * 2));
  body.copy(larger, 0, 0, used);
  return larger;
}
