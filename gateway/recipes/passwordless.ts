import type { Endpoint } from '../endpoint.js';
import { codeEndpoints } from './passwordless-codes.js';
import { consumeEndpoints } from './passwordless-consume.js';
import { createCodeEndpoint } from './passwordless-create.js';
import { passwordlessUserEndpoints } from './passwordless-user.js';

/** Passwordless (40-thirdparty-passwordless.md 5). */
export const passwordlessEndpoints: readonly Endpoint[] = [
  createCodeEndpoint,
  ...consumeEndpoints,
  ...codeEndpoints,
  ...passwordlessUserEndpoints,
];
