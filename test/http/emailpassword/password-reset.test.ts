import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, resetToken, signedUp, signInStatus } from './accounts.js';

const INVALID = { status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' };
const UNKNOWN = { status: 'UNKNOWN_USER_ID_ERROR' };
const TOKEN = '/recipe/user/password/reset/token';

describe('password reset (30-emailpassword.md 2.5 to 2.7)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const consume = async (token: string, at: CdiClient = cdi) => (await at.post(`${TOKEN}/consume`, { token })).json;

  it('1.8: a token is 128 letters and digits, and another one every time', async () => {
    const { id } = await signedUp(cdi, 'form@example.org');
    const tokens = [await resetToken(cdi, id), await resetToken(cdi, id)];
    for (const token of tokens) expect(token).to.match(/^[A-Za-z0-9]{128}$/);
    expect(tokens[0]).to.not.equal(tokens[1]);
  });

  it('case 24: an unknown user comes before a missing email, which a known user needs', async () => {
    for (const userId of ['x', '', '\u0000', 'x'.repeat(10_000), '00000000-0000-4000-8000-000000000000'])
      expect((await cdi.post(TOKEN, { userId })).json).to.deep.equal(UNKNOWN);
    const { id: userId } = await signedUp(cdi, 'case24@example.org');
    const missing = badRequest("Field name 'email' is invalid in JSON input");
    expect(refusal(await cdi.post(TOKEN, { userId }))).to.deep.equal(missing);
    expect(refusal(await cdi.post(TOKEN, { userId, email: null }))).to.deep.equal(missing);
    expect(refusal(await cdi.post(TOKEN, { email: 'a@b' }))).to.deep.equal(
      badRequest("Field name 'userId' is invalid in JSON input"),
    );
  });

  it('case 26: hands the email back as it was sent', async () => {
    const { id } = await signedUp(cdi, 'case26@example.org');
    const token = await resetToken(cdi, id, 'Ann@X.org');
    expect(await consume(token)).to.deep.equal({ status: 'OK', userId: id, email: 'Ann@X.org' });
  });

  it('takes the email of the user on CDI 3.1', async () => {
    const { id: userId } = await signedUp(cdi, 'old-cdi@example.org');
    const { json } = await cdi.post(TOKEN, { userId }, '3.1');
    expect(await consume(json.token)).to.deep.equal({ status: 'OK', userId, email: 'old-cdi@example.org' });
  });

  it('case 27: one token consumed voids all of the user, and the password stays', async () => {
    const { id } = await signedUp(cdi, 'case27@example.org');
    const [first, second, third] = [await resetToken(cdi, id), await resetToken(cdi, id), await resetToken(cdi, id)];
    expect((await consume(second)).status).to.equal('OK');
    for (const token of [first, third, second]) expect(await consume(token)).to.deep.equal(INVALID);
    expect(await signInStatus(cdi, 'case27@example.org', 'p')).to.equal('OK');
  });

  it('case 27: of ten who consume tokens of one user at once exactly one succeeds', async () => {
    const { id } = await signedUp(cdi, 'race27@example.org');
    const tokens = await Promise.all(Array.from({ length: 5 }, () => resetToken(cdi, id)));
    const answers = await Promise.all([...tokens, ...tokens].map((token) => consume(token)));
    expect(answers.filter((answer) => answer.status === 'OK')).to.have.length(1);
  });

  it('case 28: an expired token presented voids the others', async () => {
    const brief = await newTenant(cdi, 'case28', { coreConfig: { password_reset_token_lifetime: 1 } });
    const { id } = await signedUp(cdi, 'case28@example.org');
    const short = await resetToken(brief, id);
    const long = await resetToken(cdi, id);
    const issuedBy = Date.now();
    while (Date.now() <= issuedBy + 1) await new Promise((resolve) => setImmediate(resolve));
    expect(await consume(short)).to.deep.equal(INVALID);
    expect(await consume(long)).to.deep.equal(INVALID);
  });

  it('case 29: a token of one tenant may be consumed through another', async () => {
    const t1 = await newTenant(cdi, 'case29-1');
    const t2 = await newTenant(cdi, 'case29-2');
    const { id } = await signedUp(t1, 'case29@example.org');
    expect((await consume(await resetToken(t1, id), t2)).status).to.equal('OK');
  });

  it('case 32: the tokens of a deleted user are void', async () => {
    const { id } = await signedUp(cdi, 'case32@example.org');
    const token = await resetToken(cdi, id);
    await cdi.post('/user/remove', { userId: id });
    expect(await consume(token)).to.deep.equal(INVALID);
  });

  it('survives a change of the email and of the password', async () => {
    const { id } = await signedUp(cdi, 'survives@example.org');
    const token = await resetToken(cdi, id);
    await cdi.put('/recipe/user', { recipeUserId: id, email: 'survived@example.org', password: 'q' });
    expect((await consume(token)).status).to.equal('OK');
  });

  it('case 52: an unknown tenant comes before an unknown user', async () => {
    const unknown = { userId: 'x', email: 'a@b' };
    expect((await cdi.post(`/nope${TOKEN}`, unknown)).text).to.match(/^AppId or tenantId not found => /);
    expect((await cdi.post(TOKEN, unknown)).json).to.deep.equal(UNKNOWN);
  });

  it('answers invalid to any text that is no token', async () => {
    for (const token of ['', 'x', '\u0000', '\ud800', 'x'.repeat(100_000)])
      expect(await consume(token)).to.deep.equal(INVALID);
  });

  describe('legacy', () => {
    const reset = (body: object) => cdi.post('/recipe/user/password/reset', { method: 'token', ...body });

    it('case 33: replaces the password, once', async () => {
      const { id } = await signedUp(cdi, 'case33@example.org', 'old');
      const token = await resetToken(cdi, id);
      expect((await reset({ token, newPassword: 'new' })).json).to.deep.equal({ status: 'OK', userId: id });
      expect((await reset({ token, newPassword: 'newer' })).json).to.deep.equal(INVALID);
      expect(await signInStatus(cdi, 'case33@example.org', 'new')).to.equal('OK');
      expect(await signInStatus(cdi, 'case33@example.org', 'old')).to.equal('WRONG_CREDENTIALS_ERROR');
    });

    it('case 33: refuses other methods and an empty password, in this order', async () => {
      expect(refusal(await reset({ method: 'sms', token: 'x', newPassword: '' }))).to.deep.equal(
        badRequest('Unsupported method for password reset'),
      );
      expect(refusal(await reset({ token: 'x', newPassword: '' }))).to.deep.equal(
        badRequest('Password cannot be an empty string'),
      );
      expect((await reset({ token: 'x', newPassword: 'p' })).json).to.deep.equal(INVALID);
    });
  });
});
