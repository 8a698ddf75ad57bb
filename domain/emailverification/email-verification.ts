import { z } from 'zod';
import { type Aggregate, defineEvent, type EventOf, personal, type StreamId } from '../event.js';
import { userSubject } from '../user/user.js';

/** A mark: this email is verified for this user id, which need not be a user of ours (30-emailpassword.md 4.1). */
export const EmailVerified = defineEvent('EmailVerified', {
  app: z.string(),
  userId: personal(z.string(), ''),
  email: personal(z.string(), ''),
  cause: z.enum(['fake']),
  at: z.number(),
});

export type EmailVerificationEvent = EventOf<typeof EmailVerified>;

export interface EmailVerificationState {
  readonly verified: boolean;
  readonly subject: string | undefined;
}

/** The stream of one pair of user id and email, in one app. */
export function emailVerificationStream(appKey: string, userId: string, email: string): StreamId {
  return { category: 'emailverification', path: [appKey], hashed: [userId, email] };
}

export const EmailVerification: Aggregate<EmailVerificationState, EmailVerificationEvent> = {
  category: 'emailverification',
  events: [EmailVerified],
  initial: { verified: false, subject: undefined },
  evolve: (_state, event) => ({ verified: true, subject: userSubject(event.data.app, event.data.userId) }),
  subject: (state) => state.subject,
};
