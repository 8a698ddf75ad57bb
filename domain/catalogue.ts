import { UserWasActive } from './activity/activity.js';
import { SignInFailures } from './bruteforce/sign-in-failures.js';
import { EmailVerification } from './emailverification/email-verification.js';
import type { AnyEventType } from './event.js';
import { Identity } from './identity/identity.js';
import { PasswordlessContact } from './passwordless/contact.js';
import { PasswordlessDevice } from './passwordless/device.js';
import { Session } from './session/session.js';
import { SigningKeys } from './signingkeys/signing-keys.js';
import { App } from './tenancy/app.js';
import { ConnectionUriDomain } from './tenancy/cud.js';
import { User } from './user/user.js';
import { ExternalUserId, UserIdMapping } from './useridmapping/user-id-mapping.js';
import { UserMetadata } from './usermetadata/user-metadata.js';
import { Role } from './userroles/role.js';
import { UserRoles } from './userroles/user-roles.js';

/** Every event type there is, by name. */
export const eventCatalogue: ReadonlyMap<string, AnyEventType> = new Map(
  [
    ...App.events,
    ...ConnectionUriDomain.events,
    ...Identity.events,
    ...User.events,
    ...PasswordlessDevice.events,
    ...PasswordlessContact.events,
    ...EmailVerification.events,
    ...UserIdMapping.events,
    ...ExternalUserId.events,
    ...UserMetadata.events,
    ...Role.events,
    ...UserRoles.events,
    ...Session.events,
    ...SigningKeys.events,
    ...SignInFailures.events,
    UserWasActive,
  ].map((type) => [type.name, type]),
);
