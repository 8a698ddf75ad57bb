import { z } from 'zod';
import { ContentionError } from '../ports/contention.js';
import { InvalidRecordError, OutcomeUnknownError, TooLargeError } from '../ports/event-log.js';
import { FirebaseSignerKeyMissingError, HasherOverloadedError } from '../ports/password-hasher.js';
import { StoreUnavailableError } from '../ports/store-unavailable.js';
import { TokenMinterOverloadedError } from '../ports/tokens.js';

/** A failure of a command or query as it is sent: what the caller's side has to be able to tell apart. */
export const failureSchema = z.object({
  name: z.string().max(64),
  message: z.string().max(2_000),
  retryAfterSeconds: z.number().int().min(1).optional(),
});
export type SentFailure = z.output<typeof failureSchema>;

/** Thrown for a failure on the other side that means nothing to this one. The message is for the log alone. */
export class RemoteFaultError extends Error {
  override readonly name = 'RemoteFaultError';
}

/** The failures that are told apart, by name, and how they are made again. */
const KNOWN = new Map<string, (failure: SentFailure) => Error>([
  ['ContentionError', ({ message }) => new ContentionError(message)],
  ['OutcomeUnknownError', ({ message }) => new OutcomeUnknownError(message)],
  ['StoreUnavailableError', ({ message }) => new StoreUnavailableError(message)],
  ['TooLargeError', ({ message }) => new TooLargeError(message)],
  ['InvalidRecordError', ({ message }) => new InvalidRecordError(message)],
  ['TokenMinterOverloadedError', ({ message }) => new TokenMinterOverloadedError(message)],
  ['FirebaseSignerKeyMissingError', () => new FirebaseSignerKeyMissingError()],
  ['HasherOverloadedError', ({ retryAfterSeconds }) => new HasherOverloadedError(retryAfterSeconds ?? 1)],
]);

const MAX_MESSAGE = 500;

/** What to send of a failure. The message of one that is not known stays here: it may quote anything. */
export function sentFailure(error: unknown): SentFailure {
  if (!(error instanceof Error) || !KNOWN.has(error.name)) return { name: 'Fault', message: 'see the log there' };
  const message = error.message.slice(0, MAX_MESSAGE);
  if (error instanceof HasherOverloadedError)
    return { name: error.name, message, retryAfterSeconds: error.retryAfterSeconds };
  return { name: error.name, message };
}

/** Whether a failure is one that the other side makes sense of; any other has to be logged where it happened. */
export function isKnownFailure(error: unknown): boolean {
  return error instanceof Error && KNOWN.has(error.name);
}

/** The error of a failure that was received. */
export function receivedFailure(failure: SentFailure): Error {
  return KNOWN.get(failure.name)?.(failure) ?? new RemoteFaultError(`the other service failed: ${failure.message}`);
}
