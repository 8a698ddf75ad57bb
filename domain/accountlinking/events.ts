import { z } from 'zod';
import { defineEvent, type EventOf } from '../event.js';

const fact = { app: z.string(), userId: z.string(), at: z.number() };

/** A login method became the first one of a primary user, whose id is that of the login method from then on. */
export const UserMadePrimary = defineEvent('UserMadePrimary', fact);

/** On the primary user's stream: it has one more login method. */
export const LoginMethodLinked = defineEvent('LoginMethodLinked', { ...fact, recipeUserId: z.string() });

/** On the primary user's stream: it has one login method less, which is a user of its own again or is gone. */
export const LoginMethodUnlinked = defineEvent('LoginMethodUnlinked', { ...fact, recipeUserId: z.string() });

/** The login method that alone was a primary user is an unlinked user again. */
export const PrimaryUserDemoted = defineEvent('PrimaryUserDemoted', fact);

/** The login method that gave the primary user its id is gone, while others are still linked to that id. */
export const PrimaryLoginMethodDeleted = defineEvent('PrimaryLoginMethodDeleted', fact);

/** On the login method's stream: it belongs to a primary user. */
export const LinkedToPrimary = defineEvent('LinkedToPrimary', { ...fact, primaryUserId: z.string() });

/** On the login method's stream: it is a user of its own again. */
export const UnlinkedFromPrimary = defineEvent('UnlinkedFromPrimary', { ...fact, primaryUserId: z.string() });

export const linkingEvents = [
  UserMadePrimary,
  LoginMethodLinked,
  LoginMethodUnlinked,
  PrimaryUserDemoted,
  PrimaryLoginMethodDeleted,
  LinkedToPrimary,
  UnlinkedFromPrimary,
] as const;

export type LinkingEvent = EventOf<(typeof linkingEvents)[number]>;
