import type { IdentityEvent } from '../identity/identity.js';
import type { UserEvent } from './events.js';

/** A decision over a user's stream and the identity streams of account infos, in the order they were given. */
export interface UserDecision<R> {
  readonly result: R;
  readonly user: readonly UserEvent[];
  readonly identities: readonly (readonly IdentityEvent[])[];
}

/** A decision over a user that changes nothing. */
export function rejected<R>(result: R): UserDecision<R> {
  return { result, user: [], identities: [] };
}
