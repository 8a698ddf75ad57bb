/** The caller has no standing: the session is gone, or the token doesn't fit it. Carries the text clients see. */
export interface Unauthorised {
  readonly status: 'UNAUTHORISED';
  readonly message: string;
}

/** Makes an {@link Unauthorised}. */
export function unauthorised(message: string): Unauthorised {
  return { status: 'UNAUTHORISED', message };
}

/** Get by handle, data changes and regenerate find no session (20-session.md 9.2). */
export const sessionDoesNotExist = unauthorised('Session does not exist.');

/** A custom payload sets a claim that belongs to the core. */
export interface ProtectedField {
  readonly status: 'PROTECTED_FIELD';
  readonly message: string;
}

/** The one {@link ProtectedField} there is (20-session.md 5.3). */
export const protectedField: ProtectedField = {
  status: 'PROTECTED_FIELD',
  message: 'The user payload contains protected field',
};
