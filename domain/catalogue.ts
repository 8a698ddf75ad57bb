import { UserWasActive } from './activity/activity.js';
import { EmailVerification } from './emailverification/email-verification.js';
import type { AnyEventType } from './event.js';
import { Identity } from './identity/identity.js';
import { Session } from './session/session.js';
import { SigningKeys } from './signingkeys/signing-keys.js';
import { App } from './tenancy/app.js';
import { ConnectionUriDomain } from './tenancy/cud.js';
import { User } from './user/user.js';

/** Every event type there is, by name. */
export const eventCatalogue: ReadonlyMap<string, AnyEventType> = new Map(
  [
    ...App.events,
    ...ConnectionUriDomain.events,
    ...Identity.events,
    ...User.events,
    ...EmailVerification.events,
    ...Session.events,
    ...SigningKeys.events,
    UserWasActive,
  ].map((type) => [type.name, type]),
);
