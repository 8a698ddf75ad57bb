import { expect } from 'chai';
import fc from 'fast-check';
import { createPasswordHasher, type PasswordHasherOptions } from '../../../infra/hashing/bounded-password-hasher.js';
import {
  FirebaseSignerKeyMissingError,
  HasherOverloadedError,
  type HashingSettings,
} from '../../../infra/ports/password-hasher.js';

const CHEAP: PasswordHasherOptions = {
  bcryptCost: 4,
  argon2: { iterations: 2, memoryKb: 64, parallelism: 2 },
  argon2PoolSize: 1,
  firebasePoolSize: 1,
};
const SIGNER_KEY = 'E0aYS9QVH6QchJiOefYTX+2PnwAl+nGg2jiVoBEtoqEk6i8PrhDUHICJnUpO5aU0VeALm/PSn9r0VZ1GXDD2ug==';
const bcryptApp: HashingSettings = { algorithm: 'BCRYPT', firebaseSignerKey: SIGNER_KEY };
const argon2App: HashingSettings = { algorithm: 'ARGON2', firebaseSignerKey: SIGNER_KEY };
const appWithKey = (firebaseSignerKey: string | null): HashingSettings => ({ algorithm: 'BCRYPT', firebaseSignerKey });

const PASSWORD = 'orange-Kite-27';
const BCRYPT_REST = '$06$7Tc1U.aLEVP69a0NTnZfiO6rJ9KigC8AaJ0fo.OxSV3Yn0VvsH6X.';
const ARGON2ID = '$argon2id$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$6LDDAKVO6eEA1U1wttTMvA';
const FIREBASE_START =
  '$f_scrypt$H0//su8+5ujxBLddQLQ3I/sNzeaWcCrOuIVVO7iTFLnJz2c7mBM0kCZHs2m3hDuTcxT7MK2139+9lmNRYcj32g==$VA5w/l1vBL7bVw==';
const FIREBASE = `${FIREBASE_START}$m=14$r=8$s=Bw==`;
const VECTORS = {
  'bcrypt $2a': `$2a${BCRYPT_REST}`,
  'bcrypt $2b': `$2b${BCRYPT_REST}`,
  'bcrypt $2x': `$2x${BCRYPT_REST}`,
  'bcrypt $2y': `$2y${BCRYPT_REST}`,
  argon2id: ARGON2ID,
  argon2i: '$argon2i$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$6lyhqRMumNvMhekhdnmtNA',
  argon2d: '$argon2d$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$TKQ3Nt6Oh4h91z4MQw0IpQ',
  firebase: FIREBASE,
  'firebase in another order': `${FIREBASE_START}$s=Bw==$r=8$m=14`,
};

async function rejectionOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('password hasher', () => {
  const hasher = createPasswordHasher(CHEAP);

  describe('verifying', () => {
    for (const [kind, stored] of Object.entries(VECTORS)) {
      it(`case 34: ${kind} matches its password and no other, whatever the app's algorithm`, async () => {
        for (const app of [bcryptApp, argon2App]) {
          expect(await hasher.verify(PASSWORD, stored, app)).to.equal(true);
          expect(await hasher.verify('orange-Kite-28', stored, app)).to.equal(false);
          expect(await hasher.verify('', stored, app)).to.equal(false);
          expect(await hasher.verify(`${PASSWORD}\0x`, stored, app)).to.equal(false);
        }
      });
    }

    const malformed = {
      'an empty text': '',
      'an unknown format': 'abc',
      'a password as it is': PASSWORD,
      'an argon2 prefix alone': '$argon2id',
      'argon2 without its hash': '$argon2id$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE',
      'argon2 with an empty hash': '$argon2id$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$',
      'argon2 under another variant': ARGON2ID.replace('argon2id', 'argon2i'),
      'argon2 without iterations': ARGON2ID.replace('t=2', 't=0'),
      'a bcrypt prefix alone': '$2a',
      'bcrypt cut short': `$2a${BCRYPT_REST.slice(0, -1)}`,
      'bcrypt with text after it': `$2a${BCRYPT_REST}x`,
      'bcrypt below cost 4': `$2a${BCRYPT_REST.replace('06', '03')}`,
      'bcrypt with a signed cost': `$2a${BCRYPT_REST.replace('06', '+6')}`,
      'firebase with other rounds': `${FIREBASE_START}$m=14$r=7$s=Bw==`,
      'firebase with scrypt N = 1': `${FIREBASE_START}$m=0$r=8$s=Bw==`,
      'firebase without rounds': `${FIREBASE_START}$m=14$r=0$s=Bw==`,
      'firebase with an empty hash': '$f_scrypt$$VA5w/l1vBL7bVw==$m=4$r=8$s=Bw==',
    };
    for (const [what, stored] of Object.entries(malformed)) {
      it(`counts ${what} as no match`, async () => {
        expect(await hasher.verify(PASSWORD, stored, bcryptApp)).to.equal(false);
      });
    }

    const tooCostly = {
      'argon2 of 2 GiB': ARGON2ID.replace('m=64', 'm=2097152'),
      'argon2 of 4 billion iterations': ARGON2ID.replace('t=2', 't=4294967295'),
      'bcrypt of cost 18': `$2a${BCRYPT_REST.replace('06', '18')}`,
      'bcrypt of cost 31': `$2a${BCRYPT_REST.replace('06', '31')}`,
      'firebase of 512 MiB': `${FIREBASE_START}$m=19$r=8$s=Bw==`,
      'firebase of a cost beyond any number': `${FIREBASE_START}$m=999999999$r=999999999$s=Bw==`,
    };
    for (const [what, stored] of Object.entries(tooCostly)) {
      it(`counts ${what} as no match, without computing it`, async () => {
        expect(await hasher.verify(PASSWORD, stored, bcryptApp)).to.equal(false);
      });
    }

    it('never throws and never matches for any text', async () => {
      const start = fc.constantFrom('', '$2a', '$2a$04$', '$argon2id$v=19$m=64,t=2,p=1$', '$f_scrypt$YQ==$YQ==$m=4$');
      const rest = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String());
      await fc.assert(
        fc.asyncProperty(start, rest, fc.string({ unit: 'binary' }), async (prefix, text, password) => {
          expect(await hasher.verify(password, prefix + text, bcryptApp)).to.equal(false);
        }),
        { numRuns: 300 },
      );
    });

    it('never throws and never matches for a vector of which one character was changed', async () => {
      const vectors = [VECTORS['bcrypt $2a'], ARGON2ID];
      const changed = fc
        .record({ stored: fc.constantFrom(...vectors), at: fc.nat({ max: 59 }), by: fc.constantFrom(...'$,=+~\0é') })
        .map(({ stored, at, by }) => stored.slice(0, at) + by + stored.slice(at + 1))
        .filter((text) => !vectors.includes(text));
      await fc.assert(
        fc.asyncProperty(changed, async (stored) => {
          expect(await hasher.verify(PASSWORD, stored, bcryptApp)).to.equal(false);
        }),
        { numRuns: 200 },
      );
    });
  });

  describe('firebase hashes', () => {
    it('case 36: without a signer key verifying fails with the text of the 500', async () => {
      const error = await rejectionOf(hasher.verify(PASSWORD, FIREBASE, appWithKey(null)));
      expect(error)
        .to.be.instanceOf(FirebaseSignerKeyMissingError)
        .with.property(
          'message',
          "java.lang.IllegalStateException: 'firebase_password_hashing_signer_key' cannot be null",
        );
    });

    it('case 36: with a wrong signer key nothing matches', async () => {
      expect(await hasher.verify(PASSWORD, FIREBASE, appWithKey('d3Jvbmcga2V5'))).to.equal(false);
    });

    it('with an unreadable signer key nothing matches, not even an empty hash', async () => {
      const empty = '$f_scrypt$$VA5w/l1vBL7bVw==$m=4$r=8$s=Bw==';
      for (const key of ['', '****']) {
        expect(await hasher.verify(PASSWORD, empty, appWithKey(key))).to.equal(false);
        expect(await hasher.verify(PASSWORD, FIREBASE, appWithKey(key))).to.equal(false);
      }
    });

    it('reads the signer key in the url-safe alphabet as well', async () => {
      const key = SIGNER_KEY.replaceAll('+', '-').replaceAll('/', '_');
      expect(await hasher.verify(PASSWORD, FIREBASE, appWithKey(key))).to.equal(true);
    });

    it('W10: keeps passwords apart that differ in a non-ASCII character only', async () => {
      // Computed with an independent scrypt and AES from the password in UTF-8.
      const stored =
        '$f_scrypt$YjQNFSEXAV1wRwq5BAlJH0Bi3l4TGSkKGw11HwFeMlTsjJ/GkT5TW2oprRE4+chxGTLHvCeKiVwdBKatDFyigw==$VA5w/l1vBL7bVw==$m=4$r=8$s=Bw==';
      expect(await hasher.verify('gr\u00fcn', stored, bcryptApp)).to.equal(true);
      expect(await hasher.verify('gr?n', stored, bcryptApp)).to.equal(false);
      expect(await hasher.verify('gr\u00f6n', stored, bcryptApp)).to.equal(false);
    });
  });

  describe('hashing', () => {
    it('makes $2a texts of the configured cost under BCRYPT', async () => {
      const stored = await hasher.hash(PASSWORD, bcryptApp);
      expect(stored).to.match(/^\$2a\$04\$[./A-Za-z0-9]{53}$/);
      expect(await hasher.verify(PASSWORD, stored, bcryptApp)).to.equal(true);
    });

    it('makes argon2id texts with a salt of 16 and a hash of 32 bytes under ARGON2', async () => {
      const stored = await hasher.hash(PASSWORD, argon2App);
      expect(stored).to.match(/^\$argon2id\$v=19\$m=64,t=2,p=2\$[+/A-Za-z0-9]{22}\$[+/A-Za-z0-9]{43}$/);
      expect(await hasher.verify(PASSWORD, stored, argon2App)).to.equal(true);
    });

    it('salts every hash anew', async () => {
      for (const app of [bcryptApp, argon2App]) {
        expect(await hasher.hash(PASSWORD, app)).not.to.equal(await hasher.hash(PASSWORD, app));
      }
    });

    it('case 39: a bcrypt hash stays good after the switch to ARGON2, and the next hash is argon2id', async () => {
      const before = await hasher.hash(PASSWORD, bcryptApp);
      expect(await hasher.verify(PASSWORD, before, argon2App)).to.equal(true);
      expect(await hasher.hash(PASSWORD, argon2App)).to.match(/^\$argon2id\$/);
    });

    it('takes any password: empty, with NUL, non-ASCII, half a surrogate pair, very long', async () => {
      for (const password of ['', '\0', 'a\0b', 'p\u00e4ss \u{1f511}', '\ud800', 'x'.repeat(100_000)]) {
        for (const app of [bcryptApp, argon2App]) {
          expect(await hasher.verify(password, await hasher.hash(password, app), app)).to.equal(true);
        }
      }
    });

    it('looks past a NUL in a password', async () => {
      for (const app of [bcryptApp, argon2App]) {
        expect(await hasher.verify('a\0c', await hasher.hash('a\0b', app), app)).to.equal(false);
      }
    });

    it('counts the first 72 bytes of a password under BCRYPT, and all of it under ARGON2', async () => {
      const start = '\u00fc'.repeat(35);
      const bcrypt = await hasher.hash(`${start}abc`, bcryptApp);
      expect(await hasher.verify(`${start}abd`, bcrypt, bcryptApp)).to.equal(true);
      expect(await hasher.verify(`${start}aac`, bcrypt, bcryptApp)).to.equal(false);
      const argon2 = await hasher.hash(`${start}abc`, argon2App);
      expect(await hasher.verify(`${start}abd`, argon2, argon2App)).to.equal(false);
    });

    for (const bcryptCost of [1, 3, 31]) {
      it(`faults on bcrypt cost ${bcryptCost}, naming the setting`, async () => {
        const error = await rejectionOf(createPasswordHasher({ ...CHEAP, bcryptCost }).hash(PASSWORD, bcryptApp));
        expect(error).to.be.instanceOf(RangeError).with.property('message').that.includes('bcrypt_log_rounds');
      });
    }

    it('faults on argon2 memory below 8 times the parallelism, naming the setting', async () => {
      const argon2 = { iterations: 1, memoryKb: 15, parallelism: 2 };
      const error = await rejectionOf(createPasswordHasher({ ...CHEAP, argon2 }).hash(PASSWORD, argon2App));
      expect(error).to.be.instanceOf(RangeError).with.property('message').that.includes('argon2_memory_kb');
    });
  });

  describe('bounds', () => {
    const narrow = { ...CHEAP, bcryptPoolSize: 1, maxWaiting: 1 };
    const attempts: Readonly<Record<string, (of: typeof hasher) => Promise<unknown>>> = {
      'hash under BCRYPT': (of) => of.hash(PASSWORD, bcryptApp),
      'hash under ARGON2': (of) => of.hash(PASSWORD, argon2App),
      'verify bcrypt': (of) => of.verify(PASSWORD, VECTORS['bcrypt $2a'], bcryptApp),
      'verify argon2': (of) => of.verify(PASSWORD, ARGON2ID, bcryptApp),
      'verify firebase': (of) => of.verify(PASSWORD, FIREBASE, bcryptApp),
      'verifyDummy under BCRYPT': (of) => of.verifyDummy(PASSWORD, bcryptApp),
      'verifyDummy under ARGON2': (of) => of.verifyDummy(PASSWORD, argon2App),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      it(`${name} is refused once one runs and one waits, and taken again after`, async () => {
        const bounded = createPasswordHasher(narrow);
        const accepted = [attempt(bounded), attempt(bounded)];
        expect(bounded.stats()).to.deep.equal({ running: 1, waiting: 1 });
        const error = await rejectionOf(attempt(bounded));
        expect(error).to.be.instanceOf(HasherOverloadedError).with.property('retryAfterSeconds').that.is.at.least(1);
        await Promise.all(accepted);
        expect(bounded.stats()).to.deep.equal({ running: 0, waiting: 0 });
        await attempt(bounded);
      });
    }

    it('bcrypt, argon2 and firebase have pools of their own', async () => {
      const bounded = createPasswordHasher({ ...narrow, maxWaiting: 0, threads: 3 });
      const accepted = ['hash under BCRYPT', 'verify argon2', 'verify firebase'].map((name) =>
        attempts[name]?.(bounded),
      );
      expect(bounded.stats()).to.deep.equal({ running: 3, waiting: 0 });
      expect(await rejectionOf(bounded.hash(PASSWORD, argon2App))).to.be.instanceOf(HasherOverloadedError);
      await Promise.all(accepted);
    });

    it('all pools together hold no more threads than allowed', async () => {
      const bounded = createPasswordHasher({ ...CHEAP, bcryptPoolSize: 4, argon2PoolSize: 4, threads: 2 });
      const accepted = [bcryptApp, argon2App, bcryptApp, argon2App].map((app) => bounded.hash(PASSWORD, app));
      expect(bounded.stats()).to.deep.equal({ running: 2, waiting: 2 });
      await Promise.all(accepted);
      expect(bounded.stats()).to.deep.equal({ running: 0, waiting: 0 });
    });

    it('a pool size below 1 counts as 1', async () => {
      const bounded = createPasswordHasher({ ...CHEAP, argon2PoolSize: 0, firebasePoolSize: 0, threads: 0 });
      expect(await bounded.verify(PASSWORD, ARGON2ID, bcryptApp)).to.equal(true);
      expect(await bounded.verify(PASSWORD, FIREBASE, bcryptApp)).to.equal(true);
    });

    it('a text of no known format takes no place in a pool', async () => {
      const bounded = createPasswordHasher({ ...narrow, maxWaiting: 0 });
      const running = bounded.hash(PASSWORD, bcryptApp);
      expect(await bounded.verify(PASSWORD, 'abc', bcryptApp)).to.equal(false);
      await running;
    });
  });
});
