import { parseOptions as argon2Options } from '@node-rs/argon2';
import { parseOptions as bcryptOptions } from '@node-rs/bcrypt';
import { expect } from 'chai';
import { dummyArgon2Hash, hashArgon2, verifyArgon2 } from '../../../infra/hashing/argon2.js';
import { dummyBcryptHash, hashBcrypt, verifyBcrypt } from '../../../infra/hashing/bcrypt.js';

describe('dummy hashes (W2)', () => {
  it('the bcrypt one costs what a real one does, and matches nothing', async () => {
    for (const cost of [4, 10]) {
      expect(bcryptOptions(dummyBcryptHash(cost))).to.deep.equal(bcryptOptions(await hashBcrypt('secret', cost)));
    }
    expect(await verifyBcrypt('secret', dummyBcryptHash(4), 4)).to.equal(false);
  });

  it('the argon2 one costs what a real one does, and matches nothing', async () => {
    const costs = { iterations: 3, memoryKb: 128, parallelism: 2 };
    expect(argon2Options(dummyArgon2Hash(costs))).to.deep.equal(argon2Options(await hashArgon2('secret', costs)));
    expect(await verifyArgon2('secret', dummyArgon2Hash(costs), costs)).to.equal(false);
  });
});
