import { expect } from 'chai';
import { ContentionError } from '../../../infra/ports/contention.js';
import { InvalidRecordError, OutcomeUnknownError, TooLargeError } from '../../../infra/ports/event-log.js';
import { FirebaseSignerKeyMissingError, HasherOverloadedError } from '../../../infra/ports/password-hasher.js';
import { StoreUnavailableError } from '../../../infra/ports/store-unavailable.js';
import { TokenMinterOverloadedError } from '../../../infra/ports/tokens.js';
import {
  failureSchema,
  isKnownFailure,
  RemoteFaultError,
  receivedFailure,
  sentFailure,
} from '../../../infra/wire/failures.js';

/** A failure as it is on the other side. */
const sentOver = (error: unknown): Error =>
  receivedFailure(failureSchema.parse(JSON.parse(JSON.stringify(sentFailure(error)))));

const SECRET = 'ann@example.org';

describe('failures that are sent to another service', () => {
  for (const error of [
    new ContentionError('other writers came first'),
    new OutcomeUnknownError('the log did not answer'),
    new StoreUnavailableError('PostgreSQL is not available'),
    new TooLargeError('an append is too large'),
    new InvalidRecordError('no name of a stream'),
    new TokenMinterOverloadedError('too many tokens'),
    new FirebaseSignerKeyMissingError(),
    new HasherOverloadedError(7),
  ])
    it(`${error.name} is the same there, with its message`, () => {
      expect(isKnownFailure(error)).to.equal(true);
      const received = sentOver(error);
      expect(received).to.be.instanceOf(error.constructor);
      expect(received.name).to.equal(error.name);
      expect(received.message).to.equal(error.message);
    });

  it('keeps after how many seconds to try again', () => {
    expect(sentOver(new HasherOverloadedError(7))).to.include({ retryAfterSeconds: 7 });
  });

  for (const [what, error] of [
    ['an error that nobody knows', new Error(SECRET)],
    ['an error of the language', new TypeError(SECRET)],
    ['an error with a cause', new Error(SECRET, { cause: new StoreUnavailableError(SECRET) })],
    ['a text', SECRET],
    ['an object that passes for an error', { name: 'StoreUnavailableError', message: SECRET }],
    ['nothing', undefined],
  ] as const)
    it(`tells nothing of ${what}`, () => {
      expect(isKnownFailure(error)).to.equal(false);
      expect(JSON.stringify(sentFailure(error))).to.not.include(SECRET);
      const received = sentOver(error);
      expect(received).to.be.instanceOf(RemoteFaultError);
      expect(received.message).to.not.include(SECRET);
    });

  it('sends neither the cause nor the stack of one that is known', () => {
    const sent = sentFailure(new StoreUnavailableError('away', { cause: new Error(SECRET) }));
    expect(sent).to.deep.equal({ name: 'StoreUnavailableError', message: 'away' });
  });

  it('bounds the message', () => {
    expect(sentOver(new StoreUnavailableError('x'.repeat(1_000_000))).message.length).to.equal(500);
  });

  it('takes a failure of a newer version for a fault', () => {
    expect(receivedFailure({ name: 'NewError', message: 'new' })).to.be.instanceOf(RemoteFaultError);
    expect(receivedFailure({ name: 'toString', message: 'odd' })).to.be.instanceOf(RemoteFaultError);
  });
});
