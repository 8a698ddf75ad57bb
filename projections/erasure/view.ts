import { EmailVerificationForgotten } from '../../domain/emailverification/events.js';
import { deviceSubject } from '../../domain/passwordless/device.js';
import { PasswordlessDeviceDiscarded } from '../../domain/passwordless/events.js';
import { AppRemoved } from '../../domain/tenancy/events.js';
import { appSubject, isOfApp } from '../../domain/tenancy/keys.js';
import { UserDeleted } from '../../domain/user/events.js';
import { userSubject } from '../../domain/user/user.js';
import { UserMetadataCleared } from '../../domain/usermetadata/user-metadata.js';
import { UserRolesErased } from '../../domain/userroles/user-roles.js';
import type { Keyring } from '../../infra/ports/keyring.js';
import { on, type View } from '../runner/view.js';

/** What erasure works on. */
export interface Erasing {
  readonly keyring: Pick<Keyring, 'destroy' | 'destroyApp'>;
  /** Told after keys are gone, so that nothing opened with them stays in memory. */
  readonly onErased: (isErased: (subject: string) => boolean) => void;
}

/**
 * Follows the log and destroys the keys of those who are gone: users when they are deleted, apps with everybody in
 * them when they are removed, metadata when they are cleared, role assignments when they are erased, ids of nobody
 * that were verified when they are forgotten, passwordless devices when they end. Destroying twice is harmless, so a
 * crash in between only repeats it.
 */
export const erasureView: View<Erasing> = {
  name: 'erasure',
  version: 1,
  streamPrefixes: ['user-', 'app-', 'emailverification-', 'usermetadata-', 'userroles-', 'device-'],
  handlers: new Map([
    on(UserMetadataCleared, (erasing: Erasing, { app, keyName }) => destroy(erasing, userSubject(app, keyName))),
    on(UserRolesErased, (erasing: Erasing, { app, keyName }) => destroy(erasing, userSubject(app, keyName))),
    on(EmailVerificationForgotten, async (erasing: Erasing, { app, keyName, destroysKey }) => {
      if (destroysKey) await destroy(erasing, userSubject(app, keyName));
    }),
    on(UserDeleted, (erasing: Erasing, { app, userId }) => destroy(erasing, userSubject(app, userId))),
    on(PasswordlessDeviceDiscarded, (erasing: Erasing, { app, tenant, deviceIdHash }) =>
      destroy(erasing, deviceSubject(app, tenant, deviceIdHash)),
    ),
    on(AppRemoved, async ({ keyring, onErased }: Erasing, { appKey }) => {
      await keyring.destroyApp(appKey);
      await keyring.destroy(appSubject(appKey));
      onErased((subject) => isOfApp(subject, appKey));
    }),
  ]),
};

async function destroy({ keyring, onErased }: Erasing, erased: string): Promise<void> {
  await keyring.destroy(erased);
  onErased((subject) => subject === erased);
}

/**
 * What every process follows besides, behind the erasure: keys that are gone must leave its memory too, and nothing may be
 * sealed with them any more.
 */
export const forgettingView: View<Erasing> = { ...erasureView, name: 'forgetting' };
