import type { Endpoint } from '../endpoint.js';
import { text } from '../http/reply.js';
import { TEXTS } from '../http/texts.js';
import { sessionDataEndpoints } from './session-data.js';
import { sessionTokenEndpoints } from './session-tokens.js';
import { sessionUserEndpoints } from './session-user.js';
import { sessionVerifyEndpoints } from './session-verify.js';

/** Session (20-session.md 9). */
export const sessionEndpoints: readonly Endpoint[] = [
  ...sessionTokenEndpoints,
  ...sessionVerifyEndpoints,
  ...sessionDataEndpoints,
  ...sessionUserEndpoints,
  {
    method: 'POST',
    path: '/recipe/handshake',
    level: 'special',
    summary: 'Gone: answers 404 in every CDI version.',
    handle: () => text(404, TEXTS.notFound),
  },
];
