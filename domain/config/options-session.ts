import type { OptionTable } from './option.js';

/** Access and refresh tokens (00-conventions.md 14.3, 20-session.md 2). */
export const sessionOptions = {
  access_token_validity: {
    type: 'long',
    default: 3600,
    level: 'A',
    dashboard: true,
    description: 'Life of an access token in seconds.',
  },
  access_token_validity_jitter: {
    type: 'double',
    default: 0.05,
    level: 'A',
    dashboard: true,
    description:
      'Largest share, 0 to 0.25, by which an access token is shortened at random so that many do not expire at once.',
  },
  refresh_token_validity: {
    type: 'double',
    default: 144000,
    level: 'A',
    dashboard: true,
    description: 'Life of a refresh token in minutes. Has to be longer than that of the access token.',
  },
  refresh_token_rotation_grace_period: {
    type: 'int',
    default: 30,
    level: 'A',
    dashboard: true,
    description: 'Seconds, 0 to 300, for which a refresh token just replaced may be presented again.',
  },
  recent_token_reuse_behaviour: {
    type: 'enum',
    default: 'TOKEN_THEFT',
    values: ['TOKEN_THEFT', 'UNAUTHORISED'],
    level: 'B',
    description: 'What a refresh token replaced not long ago is answered with.',
  },
  access_token_dynamic_signing_key_update_interval: {
    type: 'double',
    default: 168,
    level: 'A',
    dashboard: true,
    aliases: ['access_token_signing_key_update_interval'],
    description: 'Hours, at least 1, after which a new dynamic key signs access tokens.',
  },
  access_token_signing_key_dynamic: {
    type: 'boolean',
    default: true,
    level: 'A',
    description: 'Accepted without effect: callers choose the kind of key for each session.',
  },
  access_token_blacklisting: {
    type: 'boolean',
    default: false,
    level: 'A',
    description: 'Accepted without effect: callers ask for a check against the store when they verify.',
  },
} as const satisfies OptionTable;
