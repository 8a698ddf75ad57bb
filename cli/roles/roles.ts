import type { Role } from '../serve.js';
import { startCommandService } from './command.js';
import { startGateway } from './gateway.js';
import { startProjector } from './projector.js';
import { startQueryService } from './query.js';

/** The roles that processes of an installation may have; any number of each. */
export const roles: readonly (Role & { readonly description: string })[] = [
  {
    name: 'gateway',
    title: 'SuperTokens',
    isWhole: false,
    start: startGateway,
    description: 'Speaks the CDI and hands requests on to the other roles. Opens no store.',
  },
  {
    name: 'command',
    title: 'annals command',
    isWhole: false,
    start: startCommandService,
    description: 'Decides commands and appends their events; one of them runs the background jobs.',
  },
  {
    name: 'query',
    title: 'annals query',
    isWhole: false,
    start: startQueryService,
    description: 'Answers queries from the views, and keeps gateways up to date.',
  },
  {
    name: 'projector',
    title: 'annals projector',
    isWhole: false,
    start: startProjector,
    description: 'Builds the views from the event log. One process builds each view, the others stand by.',
  },
];
