import { createPublicKey } from 'node:crypto';
import { expect } from 'chai';
import type { KeyPair } from '../../../infra/ports/tokens.js';
import { createKeyPairSupply, generateSigningKeyPair } from '../../../infra/tokens/key-pair-supply.js';
import { jsonWebKeyEntry, publicKeyCache } from '../../../infra/tokens/keys.js';
import { otherPair, pair } from './fixtures.js';

describe('signing keys', () => {
  it('case 56: a key set entry has these members, and n has no leading zero byte', () => {
    const entry = jsonWebKeyEntry('s-1', pair.publicKey);
    expect(entry).to.have.all.keys('kty', 'kid', 'n', 'e', 'alg', 'use');
    expect(entry).to.deep.include({ kty: 'RSA', kid: 's-1', e: 'AQAB', alg: 'RS256', use: 'sig' });
    expect(Buffer.from(entry.n, 'base64url').length).to.equal(256);
    expect(entry.n).to.match(/^[\w-]+$/);
    const { kty, n, e } = entry;
    expect(createPublicKey({ key: { kty, n, e }, format: 'jwk' }).equals(pair.publicKey)).to.equal(true);
  });

  it('keeps parsed keys by their text and drops the one used least recently', () => {
    const publicKey = publicKeyCache(1);
    const first = publicKey(pair.publicSpki);
    expect(first.equals(pair.publicKey)).to.equal(true);
    expect(publicKey(pair.publicSpki)).to.equal(first);
    expect(publicKey(otherPair.publicSpki).equals(otherPair.publicKey)).to.equal(true);
    expect(publicKey(pair.publicSpki)).to.not.equal(first);
  });

  it('makes RSA pairs of 2048 bits with e = 65537', async () => {
    const { publicSpki } = await generateSigningKeyPair();
    const key = publicKeyCache()(publicSpki);
    expect(key.asymmetricKeyDetails).to.deep.equal({ modulusLength: 2048, publicExponent: 65537n });
  });
});

/** A generator whose pairs are finished by hand. */
function workshop() {
  const orders: Array<{ readonly finish: () => void; readonly fail: (error: Error) => void }> = [];
  let made = 0;
  const make = (): Promise<KeyPair> =>
    new Promise((resolve, reject) => {
      const publicSpki = `pair ${++made}`;
      orders.push({ finish: () => resolve({ publicSpki, privatePkcs8: '' }), fail: reject });
    });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    make,
    open: () => orders.length,
    finish: async () => {
      orders.shift()?.finish();
      await turn();
    },
    fail: async () => {
      orders.shift()?.fail(new Error('no entropy'));
      await turn();
    },
  };
}

describe('supply of key pairs', () => {
  it('fills its stock one by one and then rests', async () => {
    const shop = workshop();
    createKeyPairSupply({ stock: 2, firstStock: 2, make: shop.make });
    expect(shop.open()).to.equal(1);
    await shop.finish();
    expect(shop.open()).to.equal(1);
    await shop.finish();
    expect(shop.open()).to.equal(0);
  });

  it('hands out each pair once, and replaces it', async () => {
    const shop = workshop();
    const supply = createKeyPairSupply({ stock: 1, firstStock: 1, make: shop.make });
    await shop.finish();
    expect((await supply.take()).publicSpki).to.equal('pair 1');
    expect(shop.open()).to.equal(1);
    await shop.finish();
    expect((await supply.take()).publicSpki).to.equal('pair 2');
  });

  it('serves those who wait first, in order, with bounded parallel work', async () => {
    const shop = workshop();
    const supply = createKeyPairSupply({ stock: 1, firstStock: 1, parallel: 2, make: shop.make });
    const taken = Promise.all([supply.take(), supply.take(), supply.take()]);
    expect(shop.open()).to.equal(2);
    await shop.finish();
    await shop.finish();
    await shop.finish();
    expect((await taken).map(({ publicSpki }) => publicSpki)).to.deep.equal(['pair 1', 'pair 2', 'pair 3']);
    expect(shop.open()).to.equal(1);
  });

  it('makes pairs on demand without any stock', async () => {
    const shop = workshop();
    const supply = createKeyPairSupply({ stock: 0, firstStock: 0, make: shop.make });
    expect(shop.open()).to.equal(0);
    const taken = supply.take();
    await shop.finish();
    expect((await taken).publicSpki).to.equal('pair 1');
    expect(shop.open()).to.equal(0);
  });

  it('tells a failure to who waits, asks again only when somebody does', async () => {
    const shop = workshop();
    const supply = createKeyPairSupply({ stock: 1, firstStock: 1, make: shop.make });
    const failed = supply.take().catch((error: Error) => error.message);
    await shop.fail();
    expect(await failed).to.equal('no entropy');
    expect(shop.open()).to.equal(0);
    const taken = supply.take();
    await shop.finish();
    expect((await taken).publicSpki).to.equal('pair 2');
  });

  it('stops filling when closed', async () => {
    const shop = workshop();
    const supply = createKeyPairSupply({ stock: 5, firstStock: 5, make: shop.make });
    supply.close();
    await shop.finish();
    expect(shop.open()).to.equal(0);
  });
});
