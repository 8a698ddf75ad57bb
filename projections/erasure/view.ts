import { AppRemoved } from '../../domain/tenancy/events.js';
import { appSubject, isOfApp } from '../../domain/tenancy/keys.js';
import { UserDeleted } from '../../domain/user/events.js';
import { userSubject } from '../../domain/user/user.js';
import type { Keyring } from '../../infra/ports/keyring.js';
import { on, type View } from '../runner/view.js';

/** What erasure works on. */
export interface Erasing {
  readonly keyring: Keyring;
  /** Told after keys are gone, so that nothing opened with them stays in memory. */
  readonly onErased: (isErased: (subject: string) => boolean) => void;
}

/**
 * Follows the log and destroys the keys of those who are gone: users when they are deleted, apps with everybody in
 * them when they are removed. Destroying twice is harmless, so a crash in between only repeats it.
 */
export const erasureView: View<Erasing> = {
  name: 'erasure',
  version: 1,
  streamPrefixes: ['user-', 'app-'],
  handlers: new Map([
    on(UserDeleted, async ({ keyring, onErased }: Erasing, { app, userId }) => {
      const erased = userSubject(app, userId);
      await keyring.destroy(erased);
      onErased((subject) => subject === erased);
    }),
    on(AppRemoved, async ({ keyring, onErased }: Erasing, { appKey }) => {
      await keyring.destroyApp(appKey);
      await keyring.destroy(appSubject(appKey));
      onErased((subject) => isOfApp(subject, appKey));
    }),
  ]),
};
