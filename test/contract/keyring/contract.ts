import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { BEGINNING } from '../../../infra/ports/event-log.js';
import type { KeyringStore, WrappedKey } from '../../../infra/ports/keyring.js';

/** A store under test, empty at first; a second one on the same data stands for another process. */
export interface OpenedKeyringStore {
  readonly store: KeyringStore;
  another(): Promise<KeyringStore>;
  close(): Promise<void>;
}

const hash = () => randomBytes(32).toString('hex');

function wrappedKey(rest: Partial<WrappedKey> = {}): WrappedKey {
  return { id: randomUUID(), subjectHash: hash(), appHash: hash(), wrapped: randomBytes(60), ...rest };
}

/** What every store of wrapped keys must do (infra/ports/keyring.ts). */
export function keyringStoreContract(name: string, open: () => Promise<OpenedKeyringStore>): void {
  describe(`keyring store contract: ${name}`, () => {
    let opened: OpenedKeyringStore;
    let store: KeyringStore;

    beforeEach(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterEach(() => opened.close());

    it('finds a key by its subject and by its id, byte for byte', async () => {
      const key = wrappedKey();
      expect(await store.insert(key, 1)).to.deep.equal(key);
      expect(await store.bySubject(key.subjectHash)).to.deep.equal(key);
      expect(await store.byIds([key.id])).to.deep.equal([key]);
    });

    it('finds nothing where nothing is', async () => {
      await store.insert(wrappedKey(), 1);
      expect(await store.bySubject(hash())).to.equal(undefined);
      expect(await store.byIds([randomUUID()])).to.deep.equal([]);
      expect(await store.byIds([])).to.deep.equal([]);
    });

    it('finds many keys by their ids, and leaves out those that are not there', async () => {
      const keys = Array.from({ length: 50 }, () => wrappedKey());
      await Promise.all(keys.map((key) => store.insert(key, 1)));
      const found = await store.byIds([...keys.map(({ id }) => id), randomUUID()]);
      expect(found).to.have.deep.members(keys);
    });

    it('keeps the first key of a subject, and answers every writer with it', async () => {
      const other = await opened.another();
      const subjectHash = hash();
      const keys = Array.from({ length: 16 }, () => wrappedKey({ subjectHash }));
      const stored = await Promise.all(keys.map((key, n) => (n % 2 ? store : other).insert(key, 1)));
      expect(new Set(stored.map(({ id }) => id)).size).to.equal(1);
      expect(keys).to.deep.include(stored[0]);
      expect(await store.bySubject(subjectHash)).to.deep.equal(stored[0]);
      await other.close();
    });

    it('destroys the key of a subject and no other', async () => {
      const [key, kept] = [wrappedKey(), wrappedKey()];
      await store.insert(key, 1);
      await store.insert(kept, 1);
      expect(await store.destroy(key.subjectHash, 2)).to.equal(key.id);
      expect(await store.bySubject(key.subjectHash)).to.equal(undefined);
      expect(await store.byIds([key.id, kept.id])).to.deep.equal([kept]);
    });

    it('tells when there was no key to destroy', async () => {
      const key = wrappedKey();
      expect(await store.destroy(key.subjectHash, 1)).to.equal(undefined);
      await store.insert(key, 1);
      await store.destroy(key.subjectHash, 2);
      expect(await store.destroy(key.subjectHash, 3)).to.equal(undefined);
    });

    it('gives a subject a new key after its first one was destroyed', async () => {
      const first = wrappedKey();
      const second = wrappedKey({ subjectHash: first.subjectHash });
      await store.insert(first, 1);
      await store.destroy(first.subjectHash, 2);
      expect(await store.insert(second, 3)).to.deep.equal(second);
      expect(await store.byIds([first.id, second.id])).to.deep.equal([second]);
    });

    it('destroys all keys of an app and none of another', async () => {
      const appHash = hash();
      const keys = Array.from({ length: 5 }, () => wrappedKey({ appHash }));
      const kept = wrappedKey();
      for (const key of [...keys, kept]) await store.insert(key, 1);
      expect(await store.destroyApp(appHash, 2)).to.have.members(keys.map(({ id }) => id));
      expect(await store.byIds([...keys, kept].map(({ id }) => id))).to.deep.equal([kept]);
      expect(await store.destroyApp(appHash, 3)).to.deep.equal([]);
    });

    it('starts before the first event and remembers how far destruction has followed the log', async () => {
      expect(await store.checkpoint()).to.equal(BEGINNING);
      await store.saveCheckpoint(7n);
      await store.saveCheckpoint(2n ** 62n);
      expect(await store.checkpoint()).to.equal(2n ** 62n);
    });

    it('keeps the first secret of a name, and answers every writer with it', async () => {
      expect(await store.holdsSecrets()).to.equal(false);
      expect(await store.secret('pepper')).to.equal(undefined);
      const other = await opened.another();
      const offers = Array.from({ length: 8 }, () => randomBytes(60));
      const stored = await Promise.all(offers.map((offer, n) => (n % 2 ? store : other).insertSecret('pepper', offer)));
      expect(new Set(stored.map((secret) => secret.toString('hex'))).size).to.equal(1);
      expect(await store.secret('pepper')).to.deep.equal(stored[0]);
      expect(await store.secret('salt')).to.equal(undefined);
      expect(await store.holdsSecrets()).to.equal(true);
      await other.close();
    });

    it('shows another process what it has stored', async () => {
      const [key, gone] = [wrappedKey(), wrappedKey()];
      await store.insert(key, 1);
      await store.insert(gone, 1);
      await store.destroy(gone.subjectHash, 2);
      await store.saveCheckpoint(9n);
      const secret = await store.insertSecret('pepper', randomBytes(60));
      const other = await opened.another();
      expect(await other.byIds([key.id, gone.id])).to.deep.equal([key]);
      expect(await other.checkpoint()).to.equal(9n);
      expect(await other.secret('pepper')).to.deep.equal(secret);
      await other.close();
    });

    it('has everything that was not destroyed after scrubbing', async () => {
      const [key, gone] = [wrappedKey(), wrappedKey()];
      await store.insert(key, 1);
      await store.insert(gone, 1);
      await store.destroy(gone.subjectHash, 2);
      await store.scrub();
      expect(await store.byIds([key.id, gone.id])).to.deep.equal([key]);
    });
  });
}
