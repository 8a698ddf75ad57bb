import { z } from 'zod';
import { type Aggregate, defineEvent, type EventOf, type StreamId } from '../event.js';
import { MAX_COUNTED_FAILURES } from './policy.js';

/** Events that decide nothing any more once they are old: their streams are deleted then. */
const shortLived = { app: z.string(), tenant: z.string(), at: z.number(), retention: z.literal('short') };

/** A password did not fit. Stands in the stream of the account, and in that of the source if one was named. */
export const SignInFailed = defineEvent('SignInFailed', {
  ...shortLived,
  /** Null where nobody has the email. */
  userId: z.string().nullable(),
  /** The stream of the source, whose name holds a keyed hash of it; null if none was named. */
  sourceStream: z.string().nullable(),
});

/** There were too many failures: no attempt is looked at before `until` (ms since the epoch). */
export const SignInsBlocked = defineEvent('SignInsBlocked', {
  ...shortLived,
  until: z.number(),
  /** From 1: how many blocks followed one another, this one included. */
  blocksInARow: z.number(),
});

/** Somebody signed in to the account, so its failures count no more. */
export const SignInFailuresForgiven = defineEvent('SignInFailuresForgiven', shortLived);

export type SignInFailuresEvent =
  | EventOf<typeof SignInFailed>
  | EventOf<typeof SignInsBlocked>
  | EventOf<typeof SignInFailuresForgiven>;

/** What is held against an account or a source. Times in ms since the epoch. */
export interface SignInFailuresState {
  /** Failures since the last block, oldest first; the last ones only. */
  readonly failures: readonly number[];
  readonly blockedUntil: number;
  readonly blocksInARow: number;
}

const CATEGORY = 'signinfailures';

/** What the names of all these streams start with. */
export const SIGN_IN_FAILURES_PREFIX = `${CATEGORY}-`;

/** The failures of an email in a tenant, whether or not anybody has it. @param email normalised */
export function accountFailuresStream(appKey: string, tenantKey: string, email: string): StreamId {
  return { category: CATEGORY, path: [appKey, tenantKey], hashed: [email] };
}

/** The failures that came from one place, in all tenants of an app. No tenant's id holds an `@`. */
export function sourceFailuresStream(appKey: string, source: string): StreamId {
  return { category: CATEGORY, path: [appKey, '@source'], hashed: [source] };
}

export const SignInFailures: Aggregate<SignInFailuresState, SignInFailuresEvent> = {
  category: CATEGORY,
  events: [SignInFailed, SignInsBlocked, SignInFailuresForgiven],
  initial: { failures: [], blockedUntil: 0, blocksInARow: 0 },
  evolve(state, event) {
    switch (event.type) {
      case 'SignInFailed':
        return { ...state, failures: [...state.failures, event.data.at].slice(-MAX_COUNTED_FAILURES) };
      case 'SignInsBlocked':
        return { failures: [], blockedUntil: event.data.until, blocksInARow: event.data.blocksInARow };
      case 'SignInFailuresForgiven':
        return SignInFailures.initial;
    }
  },
  subject: () => undefined,
};
