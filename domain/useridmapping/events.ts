import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

const user = { app: z.string(), userId: z.string(), at: z.number() };
/** Null after erasure, or if there is none. */
const personalText = personal(z.string().nullable(), null);

/** A login method is known by an id of somebody else's making from now on (32-users.md 7). */
export const UserIdMapped = defineEvent('UserIdMapped', {
  ...user,
  externalUserId: personalText,
  info: personalText,
  /** The checks on other uses of either id were waived. */
  forced: z.boolean(),
});

export const ExternalUserIdInfoChanged = defineEvent('ExternalUserIdInfoChanged', { ...user, info: personalText });

/** The login method has no external id any more. */
export const UserIdUnmapped = defineEvent('UserIdUnmapped', {
  ...user,
  cause: z.enum(['request', 'user-deleted']),
});

export const userIdMappingEvents = [UserIdMapped, ExternalUserIdInfoChanged, UserIdUnmapped] as const;

export type UserIdMappingEvent = EventOf<(typeof userIdMappingEvents)[number]>;

/** An external id stands for this login method. */
export const ExternalUserIdTaken = defineEvent('ExternalUserIdTaken', user);

/** It is free again. */
export const ExternalUserIdReleased = defineEvent('ExternalUserIdReleased', user);

export const externalUserIdEvents = [ExternalUserIdTaken, ExternalUserIdReleased] as const;

export type ExternalUserIdEvent = EventOf<(typeof externalUserIdEvents)[number]>;
