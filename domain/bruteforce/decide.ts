import { accept, type Decision, type EventOf, unchanged } from '../event.js';
import type { LockoutPolicy } from './policy.js';
import {
  SignInFailed,
  type SignInFailuresEvent,
  SignInFailuresForgiven,
  type SignInFailuresState,
  SignInsBlocked,
} from './sign-in-failures.js';

/** Where and when something happened; `at` in ms since the epoch. */
export interface Occasion {
  readonly app: string;
  readonly tenant: string;
  readonly at: number;
}

/** A failed sign-in. */
export type Failure = Omit<EventOf<typeof SignInFailed>['data'], 'retention'>;

/** Whether an attempt is looked at: the moment in which a block ends is free. @param now ms since the epoch */
export function mayAttempt(state: SignInFailuresState, now: number): boolean {
  return now >= state.blockedUntil;
}

/** Counts a failure of an attempt that was looked at, and blocks if it was one too many. */
export function recordFailure(
  state: SignInFailuresState,
  policy: LockoutPolicy,
  failure: Failure,
): Decision<'COUNTED' | 'BLOCKED', SignInFailuresEvent> {
  const { app, tenant, at } = failure;
  const failed = SignInFailed({ ...failure, retention: 'short' });
  const since = at - policy.windowMs;
  const isSoonAfterBlock = state.blocksInARow > 0 && state.blockedUntil > since;
  const allowed = isSoonAfterBlock ? policy.failuresAfterBlock : policy.failures;
  const recent = state.failures.filter((earlier) => earlier > since).length + 1;
  if (recent < allowed) return accept('COUNTED', failed);
  const blocksInARow = isSoonAfterBlock ? state.blocksInARow + 1 : 1;
  const until = at + Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** (blocksInARow - 1));
  const blocked = SignInsBlocked({ app, tenant, at, until, blocksInARow, retention: 'short' });
  return accept<'BLOCKED', SignInFailuresEvent>('BLOCKED', failed, blocked);
}

/** Forgets the failures of an account that was signed in to; nothing happens where there are none. */
export function forgive(state: SignInFailuresState, occasion: Occasion): Decision<'OK', SignInFailuresEvent> {
  if (state.failures.length === 0 && state.blocksInARow === 0) return unchanged('OK');
  return accept('OK', SignInFailuresForgiven({ ...occasion, retention: 'short' }));
}
