import type { Endpoint } from '../endpoint.js';
import { importEndpoints } from './emailpassword-import.js';
import { passwordResetEndpoints } from './emailpassword-reset.js';
import { signInEndpoints } from './emailpassword-sign-in.js';
import { emailPasswordUserEndpoints } from './emailpassword-user.js';

/** EmailPassword (30-emailpassword.md 2). */
export const emailPasswordEndpoints: readonly Endpoint[] = [
  ...signInEndpoints,
  ...emailPasswordUserEndpoints,
  ...passwordResetEndpoints,
  ...importEndpoints,
];
