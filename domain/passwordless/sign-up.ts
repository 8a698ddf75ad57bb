import { claim, type IdentityState } from '../identity/identity.js';
import { PasswordlessUserSignedUp } from '../user/events.js';
import { rejected, type UserDecision } from '../user/user-decision.js';
import type { Contact } from './device.js';

export interface PasswordlessSignUp {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly userId: string;
  readonly contact: Contact;
  /** The time joined, ms since the epoch. */
  readonly at: number;
}

/** A contact is unique per tenant among passwordless users: whoever consumes its code first takes it (4.1, 5.4). */
export function signUp(
  identity: IdentityState,
  { appKey: app, tenantKey: tenant, userId, contact, at }: PasswordlessSignUp,
): UserDecision<{ readonly status: 'OK' | 'RESTART_FLOW_ERROR' }> {
  const claimed = claim(identity, 'passwordless', userId, at);
  if ('heldBy' in claimed) return rejected({ status: 'RESTART_FLOW_ERROR' });
  const email = contact.kind === 'email' ? contact.value : null;
  const phoneNumber = contact.kind === 'phone' ? contact.value : null;
  const signedUp = PasswordlessUserSignedUp({ app, tenant, userId, email, phoneNumber, at });
  return { result: { status: 'OK' }, user: [signedUp], identities: [claimed.events] };
}
