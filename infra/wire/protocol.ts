/** What the services of one installation speak with each other; raised with every change that older ones can't read. */
export const PROTOCOL = '1';
export const PROTOCOL_HEADER = 'annals-protocol';

export const INTERNAL_PATHS = {
  ping: '/internal/ping',
  command: '/internal/command',
  query: '/internal/query',
  follow: '/internal/follow',
} as const;
