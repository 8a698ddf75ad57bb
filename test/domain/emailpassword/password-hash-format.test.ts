import { expect } from 'chai';
import fc from 'fast-check';
import {
  checkImportFormat,
  type HashFormat,
  type ImportAlgorithm,
  parseFirebaseHash,
  readImportInput,
  recogniseHash,
} from '../../../domain/emailpassword/password-hash-format.js';

const BCRYPT = '$2b$06$7Tc1U.aLEVP69a0NTnZfiO6rJ9KigC8AaJ0fo.OxSV3Yn0VvsH6X.';
const ARGON2 = '$argon2id$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$6LDDAKVO6eEA1U1wttTMvA';
const FIREBASE_HASH = 'H0//su8+5ujxBLddQLQ3I/sNzeaWcCrOuIVVO7iTFLnJz2c7mBM0kCZHs2m3hDuTcxT7MK2139+9lmNRYcj32g==';
const firebase = (parameters: string) => `$f_scrypt$${FIREBASE_HASH}$VA5w/l1vBL7bVw==$${parameters}`;
const FIREBASE = firebase('m=14$r=8$s=Bw==');

const withKey = { firebaseKeyConfigured: true };
const withoutKey = { firebaseKeyConfigured: false };
const KEY_MISSING = {
  status: 'FIREBASE_SIGNER_KEY_MISSING',
  message: "java.lang.IllegalStateException: 'firebase_password_hashing_signer_key' cannot be null",
};
const invalid = (message: string) => ({ status: 'INVALID_FORMAT', message });

describe('recogniseHash', () => {
  const formats: ReadonlyArray<readonly [string, HashFormat | undefined]> = [
    [ARGON2, 'argon2id'],
    ['$argon2i$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$6lyhqRMumNvMhekhdnmtNA', 'argon2i'],
    ['$argon2d$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$TKQ3Nt6Oh4h91z4MQw0IpQ', 'argon2d'],
    [BCRYPT, 'bcrypt'],
    [BCRYPT.replace('$2b', '$2a'), 'bcrypt'],
    [BCRYPT.replace('$2b', '$2x'), 'bcrypt'],
    [BCRYPT.replace('$2b', '$2y'), 'bcrypt'],
    [FIREBASE, 'firebase'],
    ['$argon2id', 'argon2id'],
    ['$argon2', undefined],
    ['$2a', 'bcrypt'],
    ['$2c$06$', undefined],
    ['$f_scrypt$', undefined],
    ['', undefined],
    [` ${BCRYPT}`, undefined],
  ];
  for (const [text, format] of formats) {
    it(`reads ${JSON.stringify(text)} as ${format ?? 'no known format'}`, () => {
      expect(recogniseHash(text)).to.equal(format);
    });
  }

  it('has an answer for any text', () => {
    const known = [undefined, 'argon2id', 'argon2i', 'argon2d', 'bcrypt', 'firebase'];
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => known.includes(recogniseHash(text))));
  });
});

describe('parseFirebaseHash', () => {
  const parsed = {
    passwordHash: FIREBASE_HASH,
    salt: 'VA5w/l1vBL7bVw==',
    memCost: 14,
    rounds: 8,
    saltSeparator: 'Bw==',
  };

  for (const parameters of ['m=14$r=8$s=Bw==', 's=Bw==$r=8$m=14', 'r=8$s=Bw==$m=14', 's=Bw==$m=14$r=8']) {
    it(`case 38: accepts the parameters in the order ${parameters}`, () => {
      expect(parseFirebaseHash(firebase(parameters))).to.deep.equal(parsed);
    });
  }

  it('accepts an empty salt separator', () => {
    expect(parseFirebaseHash(firebase('m=14$r=8$s='))).to.deep.equal({ ...parsed, saltSeparator: '' });
  });

  const malformed = {
    'a missing part': firebase('m=14$r=8'),
    'a part given twice in place of another': firebase('m=14$m=14$s=Bw=='),
    'a memory cost that is no number': firebase('m=abc$r=8$s=Bw=='),
    'an empty memory cost': firebase('m=$r=8$s=Bw=='),
    'a negative memory cost': firebase('m=-14$r=8$s=Bw=='),
    'rounds with a fraction': firebase('m=14$r=8.5$s=Bw=='),
    'rounds beyond any integer': firebase('m=14$r=99999999999$s=Bw=='),
    'a wrong prefix': FIREBASE.replace('f_scrypt', 'scrypt'),
    'text before the prefix': `x${FIREBASE}`,
    'one part too many': `${FIREBASE}$x`,
  };
  for (const [what, text] of Object.entries(malformed)) {
    it(`case 38: refuses ${what}`, () => {
      expect(parseFirebaseHash(text)).to.equal(undefined);
      expect(checkImportFormat(text, 'FIREBASE_SCRYPT', withKey)).to.deep.equal(
        invalid('Password hash is in invalid Firebase SCrypt format'),
      );
      expect(checkImportFormat(text, undefined, withKey)).to.deep.equal(invalid('Password hash is in invalid format'));
    });
  }
});

describe('readImportInput', () => {
  it('trims the hash and reads the algorithm in any case', () => {
    expect(readImportInput(`\t${BCRYPT}\n `, ' bCrypt ')).to.deep.equal({
      status: 'OK',
      hash: BCRYPT,
      algorithm: 'BCRYPT',
    });
    expect(readImportInput(FIREBASE, 'firebase_scrypt')).to.include({ algorithm: 'FIREBASE_SCRYPT' });
    expect(readImportInput(ARGON2, undefined)).to.deep.equal({ status: 'OK', hash: ARGON2, algorithm: undefined });
  });

  it('trims no character beyond U+0020', () => {
    expect(readImportInput('\u00a0', undefined)).to.include({ status: 'OK', hash: '\u00a0' });
    expect(readImportInput(BCRYPT, '\u00a0bcrypt')).to.include({ status: 'BAD_INPUT' });
  });

  const refused: ReadonlyArray<readonly [string, string, string | undefined, string]> = [
    ['an unknown algorithm', BCRYPT, 'scrypt', 'Unsupported password hashing algorithm'],
    ['a blank algorithm', BCRYPT, '  ', 'Hashing Algorithm cannot be an empty string'],
    ['a blank hash', '  ', undefined, 'Password hash cannot be an empty string'],
    ['a blank hash before a blank algorithm', ' \0', '', 'Password hash cannot be an empty string'],
  ];
  for (const [what, hash, algorithm, message] of refused) {
    it(`case 35: refuses ${what}`, () => {
      expect(readImportInput(hash, algorithm)).to.deep.equal({ status: 'BAD_INPUT', message });
    });
  }
});

describe('checkImportFormat', () => {
  const hashes = { ARGON2, BCRYPT, FIREBASE_SCRYPT: FIREBASE, unknown: 'abc' };
  const messages: Record<ImportAlgorithm, string> = {
    ARGON2: 'Password hash is in invalid Argon2 format',
    BCRYPT: 'Password hash is in invalid BCrypt format',
    FIREBASE_SCRYPT: 'Password hash is in invalid Firebase SCrypt format',
  };
  for (const algorithm of ['ARGON2', 'BCRYPT', 'FIREBASE_SCRYPT'] as const) {
    for (const [kind, hash] of Object.entries(hashes)) {
      const accepted = kind === algorithm;
      it(`case 35: ${accepted ? 'accepts' : 'refuses'} a hash of kind ${kind} said to be ${algorithm}`, () => {
        expect(checkImportFormat(hash, algorithm, withKey)).to.deep.equal(
          accepted ? { status: 'OK' } : invalid(messages[algorithm]),
        );
      });
    }
  }

  it('case 34: accepts every known format when no algorithm is said', () => {
    for (const hash of [ARGON2, BCRYPT, FIREBASE]) {
      expect(checkImportFormat(hash, undefined, withKey)).to.deep.equal({ status: 'OK' });
    }
  });

  it('case 35: refuses an unknown format when no algorithm is said', () => {
    expect(checkImportFormat('abc', undefined, withKey)).to.deep.equal(invalid('Password hash is in invalid format'));
  });

  it('case 36: a firebase hash needs the signer key', () => {
    expect(checkImportFormat(FIREBASE, undefined, withoutKey)).to.deep.equal(KEY_MISSING);
    expect(checkImportFormat(FIREBASE, 'FIREBASE_SCRYPT', withoutKey)).to.deep.equal(KEY_MISSING);
  });

  it('looks for the signer key before the format when the algorithm is FIREBASE_SCRYPT', () => {
    expect(checkImportFormat('abc', 'FIREBASE_SCRYPT', withoutKey)).to.deep.equal(KEY_MISSING);
  });

  it('asks other formats for no signer key', () => {
    expect(checkImportFormat(BCRYPT, undefined, withoutKey)).to.deep.equal({ status: 'OK' });
    expect(checkImportFormat(FIREBASE, 'BCRYPT', withoutKey)).to.deep.equal(invalid(messages.BCRYPT));
  });
});
