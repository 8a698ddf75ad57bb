/** What the services of one installation speak with each other; raised with every change that older ones can't read. */
export const PROTOCOL = '1';
export const PROTOCOL_HEADER = 'annals-protocol';

export const INTERNAL_PATHS = {
  ping: '/internal/ping',
  command: '/internal/command',
  query: '/internal/query',
  follow: '/internal/follow',
} as const;

/** How often each process is asked whether it takes requests, in ms. */
export const PING_EVERY_MS = 500;

/** Of one message or answer. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
