import { expect } from 'chai';
import type { DomainEvent } from '../../domain/event.js';
import { userSubject } from '../../domain/user/user.js';
import { UserMetadataCleared } from '../../domain/usermetadata/user-metadata.js';
import { UserRolesErased } from '../../domain/userroles/user-roles.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import type { Keyring } from '../../infra/ports/keyring.js';
import { type Erasing, erasureView } from '../../projections/erasure/view.js';

const APP = 'public';
const own = { app: APP, keyName: 'k1', at: 1 };

/** What the view destroys because of an event, and what it tells others to forget. */
async function erasedBy(event: DomainEvent) {
  const destroyed: string[] = [];
  const forgotten: ((subject: string) => boolean)[] = [];
  const keyring: Pick<Keyring, 'destroy'> = {
    async destroy(subject) {
      destroyed.push(subject);
      return true;
    },
  };
  const erasing: Erasing = {
    keyring: keyring as Keyring,
    onErased: (isErased) => forgotten.push(isErased),
  };
  await erasureView.handlers.get(event.type)?.(erasing, event as StoredEvent);
  return { destroyed, isForgotten: (subject: string) => forgotten.some((isErased) => isErased(subject)) };
}

describe('what is kept of a user id is erased from the log', () => {
  const rules = [
    { when: 'metadata are removed', event: UserMetadataCleared({ ...own, cause: 'removed' }) },
    { when: 'metadata go with their user', event: UserMetadataCleared({ ...own, cause: 'user-deleted' }) },
    { when: 'roles go with their user', event: UserRolesErased(own) },
  ];
  for (const { when, event } of rules)
    it(`when ${when}: their key, and no other`, async () => {
      const { destroyed, isForgotten } = await erasedBy(event);
      expect(destroyed).to.deep.equal([userSubject(APP, 'k1')]);
      expect(isForgotten(userSubject(APP, 'k1'))).to.equal(true);
      expect(isForgotten(userSubject(APP, 'k2'))).to.equal(false);
    });

  it('the view reads the streams that say so', () => {
    expect(erasureView.streamPrefixes).to.include.members(['usermetadata-', 'userroles-']);
  });
});
