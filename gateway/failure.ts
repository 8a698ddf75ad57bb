import { ContentionError } from '../infra/ports/contention.js';
import { OutcomeUnknownError, TooLargeError } from '../infra/ports/event-log.js';
import type { Logger } from '../infra/ports/logger.js';
import { FirebaseSignerKeyMissingError, HasherOverloadedError } from '../infra/ports/password-hasher.js';
import { StoreUnavailableError } from '../infra/ports/store-unavailable.js';
import { TokenMinterOverloadedError } from '../infra/ports/tokens.js';
import { type Reply, text } from './http/reply.js';
import { TEXTS } from './http/texts.js';
import { Refusal } from './refusal.js';

/** The answer while what a request needs can't be reached. */
export const UNAVAILABLE: Reply = text(503, 'The service can not reach its data at the moment. Please try again', {
  'Retry-After': '1',
});

/** The answer to a request whose endpoint threw. Faults are logged with `fields`, and told to clients without details. */
export function failureReply(error: unknown, logger: Logger, fields: object): Reply {
  if (error instanceof Refusal) return error.reply;
  if (error instanceof HasherOverloadedError)
    return text(503, error.message, { 'Retry-After': String(error.retryAfterSeconds) });
  if (error instanceof TokenMinterOverloadedError || error instanceof ContentionError)
    return text(503, 'Too many requests at once. Please try again', { 'Retry-After': '1' });
  if (error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError) {
    logger.warn({ err: error, ...fields }, 'a store did not answer');
    return UNAVAILABLE;
  }
  if (error instanceof TooLargeError) return text(400, 'Input is too large to be stored');
  logger.error({ err: error, ...fields }, 'API threw an exception');
  if (error instanceof FirebaseSignerKeyMissingError) return text(500, error.message);
  return text(500, TEXTS.internalError);
}
