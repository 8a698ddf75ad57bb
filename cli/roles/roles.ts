import type { Role } from '../serve.js';

/** A role, and what help says of it. */
export interface ListedRole extends Role {
  readonly description: string;
}

/** What processes may do: everything, alone; or one part of it, any number of them. Each loads what it needs. */
export const roles: readonly ListedRole[] = [
  {
    name: 'serve',
    title: 'SuperTokens',
    isWhole: true,
    start: async (options) => (await import('../service/service.js')).startService(options),
    description: 'Runs the whole service in one process, on the stores that the environment names.',
  },
  {
    name: 'gateway',
    title: 'SuperTokens',
    isWhole: false,
    start: async (options) => (await import('./gateway.js')).startGateway(options),
    description: 'Speaks the CDI and hands requests on to the other roles. Opens no store.',
  },
  {
    name: 'command',
    title: 'annals command',
    isWhole: false,
    start: async (options) => (await import('./command.js')).startCommandService(options),
    description: 'Decides commands and appends their events; one of them runs the background jobs.',
  },
  {
    name: 'query',
    title: 'annals query',
    isWhole: false,
    start: async (options) => (await import('./query.js')).startQueryService(options),
    description: 'Answers queries from the views, and keeps gateways up to date.',
  },
  {
    name: 'projector',
    title: 'annals projector',
    isWhole: false,
    start: async (options) => (await import('./projector.js')).startProjector(options),
    description: 'Builds the views from the event log. One process builds each view, the others stand by.',
  },
];
