import { expect } from 'chai';
import { type Failure, forgive, mayAttempt, recordFailure } from '../../../domain/bruteforce/decide.js';
import { accountPolicy, MAX_COUNTED_FAILURES, sourcePolicy } from '../../../domain/bruteforce/policy.js';
import {
  SignInFailed,
  SignInFailures,
  type SignInFailuresEvent,
  SignInFailuresForgiven,
  SignInsBlocked,
} from '../../../domain/bruteforce/sign-in-failures.js';
import { folded, given } from '../given.js';

const T0 = 1_700_000_000_000;
const MINUTE = 60_000;
const policy = {
  failures: 3,
  failuresAfterBlock: 1,
  windowMs: 10 * MINUTE,
  backoffMs: MINUTE,
  maxBackoffMs: 5 * MINUTE,
};
const at = (minutes: number): number => T0 + minutes * MINUTE;
const occasion = (minutes: number) => ({ app: 'public', tenant: 'public', at: at(minutes) });
const failure = (minutes: number): Failure => ({ ...occasion(minutes), userId: null, sourceStream: null });
const failed = (minutes: number) => SignInFailed({ ...failure(minutes), retention: 'short' });
const blocked = (minutes: number, until: number, blocksInARow: number) =>
  SignInsBlocked({ ...occasion(minutes), until: at(until), blocksInARow, retention: 'short' });
const stateAfter = (history: readonly SignInFailuresEvent[]) => folded(SignInFailures, SignInFailures.initial, history);

describe('failed sign-ins', () => {
  it('are counted, and block once there are too many within the window', () => {
    given(SignInFailures, [failed(0)])
      .when((state) => recordFailure(state, policy, failure(1)))
      .then([failed(1)], 'COUNTED');
    given(SignInFailures, [failed(0), failed(1)])
      .when((state) => recordFailure(state, policy, failure(9)))
      .then([failed(9), blocked(9, 10, 1)], 'BLOCKED');
  });

  it('do not count any more when the window has passed', () => {
    given(SignInFailures, [failed(0), failed(1)])
      .when((state) => recordFailure(state, policy, failure(10)))
      .then([failed(10)], 'COUNTED');
  });

  it('block from the very first one where the limit is 1', () => {
    given(SignInFailures, [])
      .when((state) => recordFailure(state, { ...policy, failures: 1 }, failure(0)))
      .then([failed(0), blocked(0, 1, 1)], 'BLOCKED');
  });

  it('soon after a block lead to one of twice the length, up to the maximum', () => {
    const first = [failed(0), failed(0), failed(0), blocked(0, 1, 1)];
    given(SignInFailures, first)
      .when((state) => recordFailure(state, policy, failure(1)))
      .then([failed(1), blocked(1, 3, 2)], 'BLOCKED');
    given(SignInFailures, [...first, failed(1), blocked(1, 3, 2)])
      .when((state) => recordFailure(state, policy, failure(4)))
      .when((state) => recordFailure(state, policy, failure(9)))
      .then([failed(9), blocked(9, 14, 4)], 'BLOCKED');
  });

  it('start anew when a window has passed since the end of the block', () => {
    given(SignInFailures, [failed(0), blocked(0, 5, 4)])
      .when((state) => recordFailure(state, policy, failure(15)))
      .then([failed(15)], 'COUNTED');
    given(SignInFailures, [failed(0), blocked(0, 5, 4), failed(15), failed(15)])
      .when((state) => recordFailure(state, policy, failure(15)))
      .then([failed(15), blocked(15, 16, 1)], 'BLOCKED');
  });

  it('of a source take the full number again after a block', () => {
    const shared = { ...policy, failuresAfterBlock: 3 };
    given(SignInFailures, [failed(0), failed(0), failed(0), blocked(0, 1, 1), failed(2)])
      .when((state) => recordFailure(state, shared, failure(2)))
      .then([failed(2)], 'COUNTED');
    given(SignInFailures, [failed(0), failed(0), failed(0), blocked(0, 1, 1), failed(2), failed(2)])
      .when((state) => recordFailure(state, shared, failure(2)))
      .then([failed(2), blocked(2, 4, 2)], 'BLOCKED');
  });

  it('keep attempts out until the block ends, and not a moment longer', () => {
    const state = stateAfter([failed(0), blocked(0, 1, 1)]);
    expect(mayAttempt(state, at(1) - 1)).to.equal(false);
    expect(mayAttempt(state, at(1))).to.equal(true);
    expect(mayAttempt(stateAfter([failed(0)]), at(0))).to.equal(true);
  });

  it('are forgiven with a sign-in, and so are blocks that are over', () => {
    const forgiven = SignInFailuresForgiven({ ...occasion(2), retention: 'short' });
    given(SignInFailures, [failed(0)])
      .when((state) => forgive(state, occasion(2)))
      .then([forgiven], 'OK');
    given(SignInFailures, [failed(0), blocked(0, 1, 1)])
      .when((state) => forgive(state, occasion(2)))
      .then([forgiven], 'OK');
    expect(stateAfter([failed(0), blocked(0, 1, 1), forgiven])).to.deep.equal(SignInFailures.initial);
  });

  it('need no forgiving where there are none', () => {
    given(SignInFailures, [])
      .when((state) => forgive(state, occasion(0)))
      .then([], 'OK');
  });

  it('are remembered one by one up to a bound', () => {
    const { failures } = stateAfter(Array.from({ length: MAX_COUNTED_FAILURES + 2 }, (_, minute) => failed(minute)));
    expect(failures).to.have.length(MAX_COUNTED_FAILURES);
    expect(failures[0]).to.equal(at(2));
  });
});

describe('the policy of sign-ins', () => {
  const protection = { accountFailures: 3, sourceFailures: 20, windowMs: 1, backoffMs: 2, maxBackoffMs: 3 };

  it('blocks an account again with every further failure, a source with as many as before', () => {
    const times = { windowMs: 1, backoffMs: 2, maxBackoffMs: 3 };
    expect(accountPolicy(protection)).to.deep.equal({ failures: 3, failuresAfterBlock: 1, ...times });
    expect(sourcePolicy(protection)).to.deep.equal({ failures: 20, failuresAfterBlock: 20, ...times });
  });

  it('has no rule whose number is 0', () => {
    expect(accountPolicy({ ...protection, accountFailures: 0 })).to.equal(undefined);
    expect(sourcePolicy({ ...protection, sourceFailures: 0 })).to.equal(undefined);
  });
});
