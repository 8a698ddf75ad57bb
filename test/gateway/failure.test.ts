import { expect } from 'chai';
import { failureReply } from '../../gateway/failure.js';
import { OutcomeUnknownError } from '../../infra/ports/event-log.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';
import { silentLogger } from '../support/silent-logger.js';

describe('failures of stores', () => {
  const replyTo = (error: unknown) => failureReply(error, silentLogger, {});

  it('a store that does not answer is told as 503, to be tried again, without details', () => {
    for (const error of [
      new StoreUnavailableError('10.0.0.7:5432 refused'),
      new OutcomeUnknownError('10.0.0.7 lost'),
    ]) {
      const { status, headers, body } = replyTo(error);
      expect([status, headers?.['Retry-After']]).to.deep.equal([503, '1']);
      expect(body).not.to.include('10.0.0.7');
    }
  });

  it('any other fault is told as 500', () => {
    expect(replyTo(new Error('a table is missing')).status).to.equal(500);
  });
});
