import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, refusal, signedUp, signInStatus } from './accounts.js';

const PASSWORD = 'orange-Kite-27';
const SIGNER_KEY = 'E0aYS9QVH6QchJiOefYTX+2PnwAl+nGg2jiVoBEtoqEk6i8PrhDUHICJnUpO5aU0VeALm/PSn9r0VZ1GXDD2ug==';
const BCRYPT = '$2b$06$7Tc1U.aLEVP69a0NTnZfiO6rJ9KigC8AaJ0fo.OxSV3Yn0VvsH6X.';
const ARGON2 = '$argon2id$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$6LDDAKVO6eEA1U1wttTMvA';
const FIREBASE_HEAD =
  '$f_scrypt$H0//su8+5ujxBLddQLQ3I/sNzeaWcCrOuIVVO7iTFLnJz2c7mBM0kCZHs2m3hDuTcxT7MK2139+9lmNRYcj32g==$VA5w/l1vBL7bVw==';
const FIREBASE = `${FIREBASE_HEAD}$m=14$r=8$s=Bw==`;

/** The vectors of 30-emailpassword.md 1.6. */
const VECTORS: Readonly<Record<string, string>> = {
  bcrypt2b: BCRYPT,
  bcrypt2a: BCRYPT.replace('$2b', '$2a'),
  bcrypt2x: BCRYPT.replace('$2b', '$2x'),
  bcrypt2y: BCRYPT.replace('$2b', '$2y'),
  argon2id: ARGON2,
  argon2i: '$argon2i$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$6lyhqRMumNvMhekhdnmtNA',
  argon2d: '$argon2d$v=19$m=64,t=2,p=1$c3BlYy1zYWx0LTAwMDE$TKQ3Nt6Oh4h91z4MQw0IpQ',
  firebase: FIREBASE,
};

type Import = (body: object) => ReturnType<CdiClient['post']>;
const importsOf =
  (cdi: CdiClient): Import =>
  (body) =>
    cdi.post('/recipe/user/passwordhash/import', body);

describe('import of password hashes (30-emailpassword.md 2.8)', () => {
  let annals: Annals;
  let cdi: CdiClient;
  let importHash: Import;

  before(async () => {
    annals = await startAnnals({ env: { FIREBASE_PASSWORD_HASHING_SIGNER_KEY: SIGNER_KEY } });
    cdi = cdiClient(annals.url);
    importHash = importsOf(cdi);
  });

  after(() => annals.stop());

  for (const [kind, passwordHash] of Object.entries(VECTORS))
    it(`case 34: takes a hash of kind ${kind}, by which the user can sign in`, async () => {
      const email = `${kind}@example.org`;
      const { json } = await importHash({ email: ` ${email.toUpperCase()}`, passwordHash });
      expect(json).to.have.all.keys('status', 'user', 'didUserAlreadyExist');
      expect(json.didUserAlreadyExist).to.equal(false);
      expect(json.user.emails).to.deep.equal([email]);
      expect(await signInStatus(cdi, email, PASSWORD)).to.equal('OK');
      expect(await signInStatus(cdi, email, 'orange-Kite-28')).to.equal('WRONG_CREDENTIALS_ERROR');
    });

  it('case 35: refuses what it can not verify, with the text of the first check that fails', async () => {
    const texts: readonly (readonly [object, string])[] = [
      [{ hashingAlgorithm: ' bCrypt ', passwordHash: ARGON2 }, 'Password hash is in invalid BCrypt format'],
      [{ hashingAlgorithm: 'argon2', passwordHash: BCRYPT }, 'Password hash is in invalid Argon2 format'],
      [
        { hashingAlgorithm: 'firebase_scrypt', passwordHash: 'x' },
        'Password hash is in invalid Firebase SCrypt format',
      ],
      [{ hashingAlgorithm: 'scrypt', passwordHash: ARGON2 }, 'Unsupported password hashing algorithm'],
      [{ hashingAlgorithm: '  ', passwordHash: ARGON2 }, 'Hashing Algorithm cannot be an empty string'],
      [{ hashingAlgorithm: 'scrypt', passwordHash: '  ' }, 'Password hash cannot be an empty string'],
      [{ passwordHash: 'abc' }, 'Password hash is in invalid format'],
      [{ hashingAlgorithm: null, passwordHash: ARGON2 }, "Field name 'hashingAlgorithm' is invalid in JSON input"],
      [{}, "Field name 'passwordHash' is invalid in JSON input"],
    ];
    for (const [fields, text] of texts)
      expect(refusal(await importHash({ email: 'case35@example.org', ...fields }))).to.deep.equal(badRequest(text));
    const { json } = await cdi.get('/recipe/user?email=case35@example.org');
    expect(json).to.deep.equal({ status: 'UNKNOWN_EMAIL_ERROR' });
  });

  it('case 35: bad input comes before an unknown tenant, and that before the format', async () => {
    const path = '/nope/recipe/user/passwordhash/import';
    const email = 'a@example.org';
    expect(refusal(await cdi.post(path, { email, passwordHash: ' ' }))).to.deep.equal(
      badRequest('Password hash cannot be an empty string'),
    );
    expect((await cdi.post(path, { email, passwordHash: 'abc' })).text).to.match(/^AppId or tenantId not found => /);
  });

  it('case 37: replaces the hash of a user that is there, and nothing else', async () => {
    const user = await signedUp(cdi, 'case37@example.org', 'old');
    const { json } = await importHash({ email: 'CASE37@example.org', passwordHash: ` ${BCRYPT}\n` });
    expect(json).to.deep.equal({ status: 'OK', user, didUserAlreadyExist: true });
    expect(await signInStatus(cdi, 'case37@example.org', 'old')).to.equal('WRONG_CREDENTIALS_ERROR');
    expect(await signInStatus(cdi, 'case37@example.org', PASSWORD)).to.equal('OK');
  });

  it('case 38: takes the last parts of a firebase text in any order, and refuses a text without one of them', async () => {
    const reordered = `${FIREBASE_HEAD}$s=Bw==$r=8$m=14`;
    const { json } = await importHash({ email: 'case38@example.org', passwordHash: reordered });
    expect(json.status).to.equal('OK');
    expect(await signInStatus(cdi, 'case38@example.org', PASSWORD)).to.equal('OK');
    for (const wrong of ['$m=14$r=8', '$m=abc$r=8$s=Bw==', '$m=14$r=8$x=Bw=='])
      expect(
        refusal(await importHash({ email: 'wrong38@example.org', passwordHash: FIREBASE_HEAD + wrong })),
      ).to.deep.equal(badRequest('Password hash is in invalid format'));
  });

  it('marks no fake email as verified', async () => {
    const { json } = await importHash({ email: 'x@y.fakeemail.com', passwordHash: BCRYPT });
    expect(json.user.loginMethods[0].verified).to.equal(false);
  });

  it('1.4: a hash of the right prefix that is malformed never matches', async () => {
    await importHash({ email: 'malformed@example.org', passwordHash: '$2a$nonsense' });
    expect(await signInStatus(cdi, 'malformed@example.org', PASSWORD)).to.equal('WRONG_CREDENTIALS_ERROR');
  });
});

describe('firebase hashes and the signer key (30-emailpassword.md 1.4)', () => {
  let annals: Annals | undefined;

  afterEach(() => annals?.stop());

  it('case 36: are a 500 without the key', async () => {
    annals = await startAnnals();
    const answer = await importsOf(cdiClient(annals.url))({ email: 'a@example.org', passwordHash: FIREBASE });
    expect(refusal(answer)).to.deep.equal([
      500,
      "java.lang.IllegalStateException: 'firebase_password_hashing_signer_key' cannot be null\n",
    ]);
  });

  it('case 36: never match with a wrong key', async () => {
    annals = await startAnnals({ env: { FIREBASE_PASSWORD_HASHING_SIGNER_KEY: SIGNER_KEY.replace('E0', 'F0') } });
    const cdi = cdiClient(annals.url);
    const { json } = await importsOf(cdi)({ email: 'a@example.org', passwordHash: FIREBASE });
    expect(json.status).to.equal('OK');
    expect(await signInStatus(cdi, 'a@example.org', PASSWORD)).to.equal('WRONG_CREDENTIALS_ERROR');
  });
});
