import { expect } from 'chai';
import { appSubject } from '../../../domain/tenancy/keys.js';
import { userSubject } from '../../../domain/user/user.js';
import { openKeyring } from '../../../infra/keyring/keyring.js';
import type { Keyring, KeyringStore, SubjectKey } from '../../../infra/ports/keyring.js';
import { gate } from '../../infra/http/client.js';
import type { OpenedKeyringStore } from './contract.js';

const MASTER = Buffer.alloc(32, 7);
const FEW = 4;
const ANN = userSubject('shop', 'ann');
const BOB = userSubject('shop', 'bob');
const EVE = userSubject('other', 'eve');
const SHOP = appSubject('shop');

/** A store whose next reading has its answer, but keeps it back until told. */
function slowReads(store: KeyringStore) {
  const [isRead, mayAnswer] = [gate(), gate()];
  let isSlow = false;
  const kept = async <T>(reading: Promise<T>): Promise<T> => {
    const answer = await reading;
    if (!isSlow) return answer;
    isSlow = false;
    isRead.open();
    await mayAnswer.opened;
    return answer;
  };
  return {
    store: {
      ...store,
      bySubject: (hash: string) => kept(store.bySubject(hash)),
      byIds: (ids: readonly string[]) => kept(store.byIds(ids)),
    },
    isRead: isRead.opened,
    keepBack: () => {
      isSlow = true;
    },
    answer: mayAnswer.open,
  };
}

/** What keyrings of several processes over one store must do (infra/ports/keyring.ts). */
export function keyringContract(name: string, open: () => Promise<OpenedKeyringStore>): void {
  describe(`keyrings of several processes over one store: ${name}`, () => {
    let opened: OpenedKeyringStore;
    let otherStore: KeyringStore;
    let here: Keyring;
    let there: Keyring;

    beforeEach(async () => {
      opened = await open();
      otherStore = await opened.another();
      here = await openKeyring(opened.store, MASTER, () => 1);
      there = await openKeyring(otherStore, MASTER, () => 1);
    });
    afterEach(async () => {
      await otherStore.close();
      await opened.close();
    });

    const opens = async (keyring: Keyring, { id, key }: SubjectKey): Promise<boolean> => {
      const found = (await keyring.openingKeys([id])).get(id);
      if (found) expect(found).to.deep.equal(key);
      return found !== undefined;
    };

    it('have the same key of a subject, whoever made it', async () => {
      const keys = await Promise.all([here.sealingKey(ANN), there.sealingKey(ANN)]);
      expect(keys[0]).to.deep.equal(keys[1]);
      expect(await opens(there, await here.sealingKey(BOB))).to.equal(true);
    });

    it('have a key that another one has destroyed until they are told to forget it, and then not', async () => {
      const key = await here.sealingKey(ANN);
      await there.sealingKey(ANN);
      expect(await there.destroy(ANN)).to.equal(true);
      expect(await opens(there, key)).to.equal(false);
      expect(await opens(here, key), 'not told yet').to.equal(true);
      expect(await here.sealingKey(ANN)).to.deep.equal(key);
      here.forget(ANN);
      expect(await opens(here, key)).to.equal(false);
    });

    it('seal with another key after that, and with the same one', async () => {
      const key = await here.sealingKey(ANN);
      await there.destroy(ANN);
      here.forget(ANN);
      const next = await here.sealingKey(ANN);
      expect(next.id).to.not.equal(key.id);
      expect(next.key).to.not.deep.equal(key.key);
      expect(await there.sealingKey(ANN)).to.deep.equal(next);
    });

    it('forget a key that was opened and never sealed with', async () => {
      const key = await there.sealingKey(ANN);
      expect(await opens(here, key)).to.equal(true);
      await there.destroy(ANN);
      here.forget(ANN);
      expect(await opens(here, key)).to.equal(false);
    });

    it('forget the key of one subject and no other', async () => {
      const [ann, bob] = [await here.sealingKey(ANN), await here.sealingKey(BOB)];
      await there.destroy(ANN);
      await there.destroy(BOB);
      here.forget(ANN);
      expect([await opens(here, ann), await opens(here, bob)]).to.deep.equal([false, true]);
    });

    it('read again what they forgot and nobody destroyed', async () => {
      const key = await here.sealingKey(ANN);
      here.forget(ANN);
      here.forget(userSubject('shop', 'nobody'));
      here.forgetApp('shop');
      here.forgetApp('no such app');
      expect(await opens(here, key)).to.equal(true);
      expect(await here.sealingKey(ANN)).to.deep.equal(key);
    });

    it('forget an app with everybody in it, and no other app', async () => {
      const subjects = [ANN, BOB, SHOP, EVE];
      const keys = await Promise.all(subjects.map((subject) => here.sealingKey(subject)));
      for (const key of keys) await opens(here, key);
      expect(await there.destroyApp('shop')).to.equal(3);
      const haveKeys = () => Promise.all(keys.map((key) => opens(here, key)));
      expect(await haveKeys()).to.deep.equal([true, true, true, true]);
      here.forgetApp('shop');
      expect(await haveKeys()).to.deep.equal([false, false, false, true]);
      for (const [n, subject] of subjects.entries()) {
        const { id } = await here.sealingKey(subject);
        expect(id === keys[n]?.id, subject).to.equal(subject === EVE);
      }
    });

    it('have no key but the last one of a subject, even before they are told', async () => {
      const first = await here.sealingKey(ANN);
      await there.destroy(ANN);
      const second = await there.sealingKey(ANN);
      expect(await opens(here, second)).to.equal(true);
      expect(await opens(here, first)).to.equal(false);
      here.forget(ANN);
      expect(await opens(here, second)).to.equal(true);
      expect(await here.sealingKey(ANN)).to.deep.equal(second);
    });

    for (const [what, read, forget] of [
      ['opened', (keyring, { id }) => keyring.openingKeys([id]), (keyring) => keyring.forget(ANN)],
      ['looked up to seal', (keyring) => keyring.sealingKey(ANN), (keyring) => keyring.forget(ANN)],
      ['opened, with its app', (keyring, { id }) => keyring.openingKeys([id]), (keyring) => keyring.forgetApp('shop')],
      ['looked up to seal, with its app', (keyring) => keyring.sealingKey(ANN), (keyring) => keyring.forgetApp('shop')],
    ] as readonly (readonly [
      string,
      (keyring: Keyring, key: SubjectKey) => Promise<unknown>,
      (keyring: Keyring) => void,
    ])[])
      it(`do not keep a key that is to be forgotten while it is being ${what}`, async () => {
        const { store, isRead, keepBack, answer } = slowReads(opened.store);
        const slow = await openKeyring(store, MASTER, () => 1);
        const key = await there.sealingKey(ANN);
        keepBack();
        const reading = read(slow, key);
        await isRead;
        await there.destroy(ANN);
        forget(slow);
        answer();
        await reading;
        expect(await opens(slow, key)).to.equal(false);
        expect((await slow.sealingKey(ANN)).id).to.not.equal(key.id);
      });

    it('forget a key that was used all the time, while others had to make room', async () => {
      const small = await openKeyring(opened.store, MASTER, () => 1, FEW);
      const key = await small.sealingKey(ANN);
      for (let i = 0; i < 3 * FEW; i++) {
        await small.sealingKey(userSubject('shop', String(i)));
        expect(await opens(small, key)).to.equal(true);
      }
      await there.destroy(ANN);
      expect(await opens(small, key), 'it is still in memory').to.equal(true);
      small.forget(ANN);
      expect(await opens(small, key)).to.equal(false);
    });
  });
}
