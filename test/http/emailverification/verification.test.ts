import { expect } from 'chai';
import { type CdiAnswer, type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { isVerified, PATH, verificationToken, verified, verify } from './verifying.js';

const OK = { status: 'OK' };
const INVALID = { status: 'EMAIL_VERIFICATION_INVALID_TOKEN_ERROR' };
const EMAIL = 'g@example.org';

describe('email verification (30-emailpassword.md 5)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const methodOf = async (userId: string): Promise<CdiAnswer['json']> => {
    const { json } = await cdi.get(`/user/id?userId=${userId}`);
    return json.user.loginMethods[0];
  };

  it('case 7: a fake email counts as verified for its user', async () => {
    const email = 'x.google@stfakeemail.supertokens.com';
    const user = await signedUp(cdi, email);
    expect(user.loginMethods[0].verified).to.equal(true);
    expect(await isVerified(cdi, user.id, email)).to.equal(true);
  });

  it('case 23: an email is unverified after a change, and verified again when changed back', async () => {
    const { id } = await signedUp(cdi, 'case23@example.org');
    await verified(cdi, id, 'case23@example.org');
    expect((await methodOf(id)).verified).to.equal(true);
    await cdi.put('/recipe/user', { recipeUserId: id, email: 'case23-b@example.org' });
    expect((await methodOf(id)).verified).to.equal(false);
    await cdi.put('/recipe/user', { recipeUserId: id, email: 'case23@example.org' });
    expect((await methodOf(id)).verified).to.equal(true);
  });

  it('case 41: anybody gets a token of 128 letters and digits, another one every time', async () => {
    const tokens = [await verificationToken(cdi, 'case41'), await verificationToken(cdi, 'case41')];
    for (const token of tokens) expect(token).to.match(/^[A-Za-z0-9]{128}$/);
    expect(tokens[0]).to.not.equal(tokens[1]);
  });

  it('case 42: a token verifies once, and then there are no more', async () => {
    const token = await verificationToken(cdi, 'ghost', ' G@Example.org ');
    expect(await verify(cdi, token)).to.deep.equal({ status: 'OK', userId: 'ghost', email: EMAIL });
    expect(await verify(cdi, token)).to.deep.equal(INVALID);
    const again = await cdi.post(`${PATH}/token`, { userId: 'ghost', email: EMAIL });
    expect(again.json).to.deep.equal({ status: 'EMAIL_ALREADY_VERIFIED_ERROR' });
  });

  it('case 42: of ten who present tokens of one pair at once exactly one succeeds', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, () => verificationToken(cdi, 'race42')));
    const answers = await Promise.all([...tokens, ...tokens].map((token) => verify(cdi, token)));
    expect(answers.filter((answer) => answer.status === 'OK')).to.have.length(1);
  });

  it('case 43: one token voids those of the same pair, not those of another email', async () => {
    const [first, second] = [await verificationToken(cdi, 'case43'), await verificationToken(cdi, 'case43')];
    const other = await verificationToken(cdi, 'case43', 'other@example.org');
    expect((await verify(cdi, first)).status).to.equal('OK');
    expect(await verify(cdi, second)).to.deep.equal(INVALID);
    expect((await verify(cdi, other)).status).to.equal('OK');
  });

  it('case 44: a token is good in its own tenant alone, the mark in all', async () => {
    const t1 = await newTenant(cdi, 'case44');
    const token = await verificationToken(t1, 'case44');
    expect(await verify(cdi, token)).to.deep.equal(INVALID);
    expect((await verify(t1, token)).status).to.equal('OK');
    expect(await isVerified(cdi, 'case44', EMAIL)).to.equal(true);
  });

  it('an expired token is invalid and voids the others of its pair', async () => {
    const brief = await newTenant(cdi, 'brief', { coreConfig: { email_verification_token_lifetime: 1 } });
    const tokens = [await verificationToken(brief, 'brief'), await verificationToken(brief, 'brief')];
    const issuedBy = Date.now();
    while (Date.now() <= issuedBy + 1) await new Promise((resolve) => setImmediate(resolve));
    for (const token of tokens) expect(await verify(brief, token)).to.deep.equal(INVALID);
    expect(await isVerified(cdi, 'brief', EMAIL)).to.equal(false);
  });

  it('W13: a token of another tenant for a verified pair is an OK, once', async () => {
    const t1 = await newTenant(cdi, 'w13');
    const tokens = [await verificationToken(cdi, 'w13'), await verificationToken(t1, 'w13')] as const;
    expect((await verify(cdi, tokens[0])).status).to.equal('OK');
    expect((await verify(t1, tokens[1])).status).to.equal('OK');
    expect(await verify(t1, tokens[1])).to.deep.equal(INVALID);
  });

  it('case 45: refuses other methods, and malformed bodies before', async () => {
    expect(refusal(await cdi.post(PATH, { method: 'link', token: 'x' }))).to.deep.equal(
      badRequest('Unsupported method for email verification'),
    );
    expect(refusal(await cdi.post(PATH, { method: 'link' }))).to.deep.equal(
      badRequest("Field name 'token' is invalid in JSON input"),
    );
    expect(refusal(await cdi.post(`${PATH}/token`, { email: 1 }))).to.deep.equal(
      badRequest("Field name 'userId' is invalid in JSON input"),
    );
    expect(refusal(await cdi.get(`${PATH}?userId=x`))).to.deep.equal(
      badRequest("Field name 'email' is missing in GET request"),
    );
  });

  it('case 46: unverify takes the mark away, and no mark is no error', async () => {
    const { id: userId } = await signedUp(cdi, 'case46@example.org');
    const pair = { userId, email: 'case46@example.org' };
    const open = await verificationToken(cdi, userId, 'case46-b@example.org');
    await verified(cdi, userId, pair.email);
    for (let call = 0; call < 2; call++) {
      expect((await cdi.post(`${PATH}/remove`, pair)).json).to.deep.equal(OK);
      expect(await isVerified(cdi, userId, pair.email)).to.equal(false);
    }
    expect((await methodOf(userId)).verified).to.equal(false);
    expect((await verify(cdi, open)).status, 'tokens stay').to.equal('OK');
  });

  it('case 47: revoked tokens are invalid, and none is no error', async () => {
    const token = await verificationToken(cdi, 'case47');
    for (let call = 0; call < 2; call++) {
      const revoked = await cdi.post(`${PATH}/token/remove`, { userId: 'case47', email: 'G@example.org' });
      expect(revoked.json).to.deep.equal(OK);
    }
    expect(await verify(cdi, token)).to.deep.equal(INVALID);
  });

  it('case 48: asking compares character by character', async () => {
    await verified(cdi, 'case48', EMAIL);
    expect(await isVerified(cdi, 'case48', 'G@Example.org')).to.equal(false);
    expect(await isVerified(cdi, 'case48', EMAIL)).to.equal(true);
    expect(await isVerified(cdi, 'nobody', EMAIL)).to.equal(false);
  });

  it('case 49: asking and unverifying are app-specific, tokens are of a tenant', async () => {
    const t1 = await newTenant(cdi, 'case49');
    expect((await t1.get(`${PATH}?userId=x&email=y`, '5.4')).status).to.equal(403);
    expect((await t1.get(`${PATH}?userId=x&email=y`, '4.0')).json).to.deep.equal({ ...OK, isVerified: false });
    expect((await t1.post(`${PATH}/remove`, { userId: 'x', email: 'y' }, '5.4')).status).to.equal(403);
    expect((await t1.post(`${PATH}/token`, { userId: 'x', email: 'y' }, '5.4')).json.status).to.equal('OK');
    expect((await cdi.post(`/nope${PATH}/token`, { userId: 'x', email: 'y' })).status).to.equal(400);
  });

  it('32-users.md case 23: marks and tokens go with their user', async () => {
    const email = 'gone@example.org';
    const { id } = await signedUp(cdi, email);
    await verified(cdi, id, email);
    const token = await verificationToken(cdi, id, 'gone-b@example.org');
    await cdi.post('/user/remove', { userId: id });
    expect(await isVerified(cdi, id, email)).to.equal(false);
    expect(await verify(cdi, token)).to.deep.equal(INVALID);
    const again = await cdi.post(`${PATH}/token`, { userId: id, email });
    expect(again.json.status, 'nothing is verified any more').to.equal('OK');
  });

  it('takes any text for a user id', async () => {
    for (const userId of ['', '\u0000', "'; drop table x; --", '00000000-0000-4000-8000-000000000000']) {
      await verified(cdi, userId, EMAIL);
      const again = await cdi.post(`${PATH}/token`, { userId, email: EMAIL });
      expect(again.json.status, JSON.stringify(userId)).to.equal('EMAIL_ALREADY_VERIFIED_ERROR');
    }
    const half = await verify(cdi, await verificationToken(cdi, '\ud800'));
    expect(half).to.deep.equal({ status: 'OK', userId: '\ufffd', email: EMAIL });
    for (const token of ['', 'x', '\u0000', 'x'.repeat(100_000)])
      expect(await verify(cdi, token)).to.deep.equal(INVALID);
    expect((await cdi.post(`${PATH}/token`, { userId: 'x'.repeat(129), email: EMAIL })).status).to.equal(400);
    expect((await cdi.post(`${PATH}/token`, { userId: 'x', email: 'x'.repeat(257) })).status).to.equal(400);
  });

  it('a mark survives SIGKILL', async () => {
    await verified(cdi, 'kill', EMAIL);
    await annals.killAndRestart();
    expect(await isVerified(cdi, 'kill', EMAIL)).to.equal(true);
  });
});
