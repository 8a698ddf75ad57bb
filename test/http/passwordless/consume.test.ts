import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { check, consume, devicesOf, followed, newCode, RESTART, signedInBy, typed } from './codes.js';

const MISMATCH = badRequest("preAuthSessionId and deviceId doesn't match");
const incorrect = (failedCodeInputAttemptCount: number, maximumCodeInputAttempts: number) => ({
  status: 'INCORRECT_USER_INPUT_CODE_ERROR',
  ...{ failedCodeInputAttemptCount, maximumCodeInputAttempts },
});

describe('codes are used (40-thirdparty-passwordless.md 5.2 to 5.4)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const withConfig = (tenantId: string, coreConfig: object) => newTenant(cdi, tenantId, { coreConfig });

  it('case 29: wants a link code, or a device and what was typed', async () => {
    const exactlyOne = badRequest('Please provide exactly one of linkCode or deviceId+userInputCode');
    const invalid = (field: string) => badRequest(`Field name '${field}' is invalid in JSON input`);
    const said = async (body: object) => refusal(await consume(cdi, body));
    const preAuthSessionId = 'x';
    expect(await said({})).to.deep.equal(invalid('preAuthSessionId'));
    expect(await said({ preAuthSessionId })).to.deep.equal(exactlyOne);
    expect(await said({ preAuthSessionId, linkCode: 'y', userInputCode: 'z' })).to.deep.equal(exactlyOne);
    expect(await said({ preAuthSessionId, linkCode: null, deviceId: null })).to.deep.equal(exactlyOne);
    expect(await said({ preAuthSessionId, deviceId: 'AAAA' })).to.deep.equal(exactlyOne);
    expect(await said({ preAuthSessionId, linkCode: null })).to.deep.equal(invalid('linkCode'));
    expect(await said({ preAuthSessionId, deviceId: 'AAAA', userInputCode: 7 })).to.deep.equal(
      invalid('userInputCode'),
    );
  });

  it('case 30: another session id than the device’s is refused, and is no attempt', async () => {
    const code = await newCode(cdi, { email: 'case30@example.com' });
    const preAuthSessionId = `${code.preAuthSessionId}asdf`;
    expect(refusal(await consume(cdi, { ...typed(code), preAuthSessionId }))).to.deep.equal(MISMATCH);
    expect(refusal(await consume(cdi, { ...followed(code), preAuthSessionId }))).to.deep.equal(MISMATCH);
    const [device] = await devicesOf(cdi, 'email=case30@example.com');
    expect(device.failedCodeInputAttemptCount).to.equal(0);
  });

  it('case 31: padding may be there or not, other characters may not', async () => {
    const code = await newCode(cdi, { email: 'case31@example.com' });
    expect(refusal(await consume(cdi, { ...followed(code), linkCode: `${code.linkCode}==#` }))).to.deep.equal(
      badRequest('Input encoding error in linkCode'),
    );
    const padded = { preAuthSessionId: `${code.preAuthSessionId}=`, linkCode: `${code.linkCode}=` };
    expect((await consume(cdi, padded)).json.status).to.equal('OK');
  });

  it('case 32: unknown link codes cost nothing', async () => {
    const code = await newCode(cdi, { email: 'case32@example.com' });
    const linkCode = Buffer.alloc(32, 9).toString('base64url');
    for (let attempt = 0; attempt < 5; attempt++)
      expect((await consume(cdi, { preAuthSessionId: code.preAuthSessionId, linkCode })).json).to.deep.equal(RESTART);
    expect((await consume(cdi, { preAuthSessionId: 'any', linkCode })).json).to.deep.equal(RESTART);
    expect((await consume(cdi, typed(code))).json.status).to.equal('OK');
  });

  it('cases 33, 38: wrong codes are counted, whether used or checked, and the fifth ends the device', async () => {
    const code = await newCode(cdi, { email: 'case33@example.com' });
    const wrong = typed(code, 'wrong');
    expect((await consume(cdi, wrong)).json).to.deep.equal(incorrect(1, 5));
    expect((await check(cdi, wrong)).json).to.deep.equal(incorrect(2, 5));
    expect((await consume(cdi, wrong)).json).to.deep.equal(incorrect(3, 5));
    expect((await check(cdi, wrong)).json).to.deep.equal(incorrect(4, 5));
    expect((await consume(cdi, wrong)).json).to.deep.equal(RESTART);
    expect(await devicesOf(cdi, 'email=case33@example.com')).to.deep.equal([]);
    expect((await consume(cdi, typed(code))).json).to.deep.equal(RESTART);
  });

  it('case 34: the limit is the tenant’s', async () => {
    const t1 = await withConfig('case34', { passwordless_max_code_input_attempts: 2 });
    const wrong = typed(await newCode(t1, { email: 'case34@example.com' }), 'wrong');
    expect((await consume(t1, wrong)).json).to.deep.equal(incorrect(1, 2));
    expect((await consume(t1, wrong)).json).to.deep.equal(RESTART);
  });

  it('case 35: a limit that was lowered ends the device even for the right code', async () => {
    const t1 = await newTenant(cdi, 'case35');
    const code = await newCode(t1, { email: 'case35@example.com' });
    for (let attempt = 1; attempt <= 4; attempt++)
      expect((await consume(t1, typed(code, 'wrong'))).json).to.deep.equal(incorrect(attempt, 5));
    await cdi.put('/recipe/multitenancy/tenant/v2', {
      tenantId: 'case35',
      coreConfig: { passwordless_max_code_input_attempts: 2 },
    });
    expect((await consume(t1, typed(code))).json).to.deep.equal(RESTART);
    expect(await devicesOf(t1, 'email=case35@example.com')).to.deep.equal([]);
  });

  it('case 36: an expired code is told from a wrong one when it is typed', async () => {
    const t1 = await withConfig('case36', { passwordless_code_lifetime: 1 });
    const old = await newCode(t1, { email: 'case36@example.com' });
    await after2ms();
    expect((await consume(t1, followed(old))).json).to.deep.equal(RESTART);
    expect((await consume(t1, typed(old))).json).to.deep.equal({
      ...incorrect(1, 5),
      status: 'EXPIRED_USER_INPUT_CODE_ERROR',
    });
    await cdi.put('/recipe/multitenancy/tenant/v2', {
      tenantId: 'case36',
      coreConfig: { passwordless_code_lifetime: 60_000 },
    });
    const { json } = await consume(t1, typed(await newCode(t1, { deviceId: old.deviceId })));
    expect(json.consumedDevice.failedCodeInputAttemptCount).to.equal(1);
  });

  it('case 37: to check leaves a code as it is and makes nobody', async () => {
    const code = await newCode(cdi, { email: 'case37@example.com' });
    for (let time = 0; time < 2; time++) {
      const { json } = await check(cdi, typed(code));
      expect(json).to.deep.equal({
        status: 'OK',
        consumedDevice: {
          preAuthSessionId: code.preAuthSessionId,
          failedCodeInputAttemptCount: 0,
          email: 'case37@example.com',
        },
      });
    }
    expect((await cdi.get('/users?email=case37')).json.users).to.deep.equal([]);
    expect((await consume(cdi, typed(code))).json.createdNewUser).to.equal(true);
    expect((await check(cdi, typed(code))).json).to.deep.equal(RESTART);
  });

  it('case 39: answers what the version knows', async () => {
    const used = async (version: string) =>
      (await consume(cdi, followed(await newCode(cdi, { email: 'case39@example.com' })), version)).json;
    const always = ['status', 'createdNewUser', 'user'];
    expect(await used('5.4')).to.have.all.keys(...always, 'recipeUserId', 'consumedDevice');
    expect(await used('4.0')).to.have.all.keys(...always, 'recipeUserId');
    const flat = await used('3.1');
    expect(flat).to.have.all.keys(...always);
    expect(flat.user).to.have.all.keys('id', 'timeJoined', 'tenantIds', 'email');
  });

  it('case 40: from CDI 4.0 on a code proves the email that it was sent to', async () => {
    const used = async (version: string) => {
      const { json } = await consume(cdi, typed(await newCode(cdi, { email: 'case40@example.com' })), version);
      return (await cdi.get(`/user/id?userId=${json.user.id}`)).json.user;
    };
    const user = await used('3.0');
    expect(user.loginMethods[0].verified).to.equal(false);
    expect((await used('4.0')).loginMethods[0].verified).to.equal(true);
    await cdi.post('/recipe/user/email/verify/remove', { userId: user.id, email: 'case40@example.com' });
    expect((await cdi.get(`/user/id?userId=${user.id}`)).json.user.loginMethods[0].verified).to.equal(false);
    expect((await used('5.0')).loginMethods[0].verified).to.equal(true);
  });

  it('case 40: of a primary user, only the login method that was used becomes verified', async () => {
    const primary = await signedUp(cdi, 'case40-primary@example.com');
    await cdi.post('/recipe/accountlinking/user/primary', { recipeUserId: primary.id });
    const email = 'case40-linked@example.com';
    const { user } = (await consume(cdi, followed(await newCode(cdi, { email })), '3.1')).json;
    await cdi.post('/recipe/accountlinking/user/link', { recipeUserId: user.id, primaryUserId: primary.id });
    const json = await signedInBy(cdi, { email });
    expect(json.user.id).to.equal(primary.id);
    expect(json.recipeUserId).to.equal(user.id);
    const verified = json.user.loginMethods.map((method: { verified: boolean }) => method.verified);
    expect(verified).to.deep.equal([false, true]);
  });

  it('case 41, 32-users.md case 4: a user by phone has no email, and is verified', async () => {
    const { user } = await signedInBy(cdi, { phoneNumber: '+44 (0) 20 7183 8741' });
    const { loginMethods, phoneNumbers, emails } = user;
    expect(loginMethods[0]).to.deep.include({ phoneNumber: '+442071838741', verified: true });
    expect(loginMethods[0]).not.to.have.any.keys('email', 'thirdParty');
    expect({ phoneNumbers, emails }).to.deep.equal({ phoneNumbers: ['+442071838741'], emails: [] });
    const found = await cdi.get('/users/by-accountinfo?phoneNumber=%2B44-207%20183%208741&doUnionOfAccountInfo=false');
    expect(found.json.users).to.deep.equal([user]);
    expect((await cdi.get('/users?phone=%2B44207183874')).json.users).to.deep.equal([user]);
  });

  it('case 42: to sign in ends all logins under way of both contacts', async () => {
    const [email, phoneNumber] = ['case42@example.com', '+442071838742'];
    const { recipeUserId } = await signedInBy(cdi, { email });
    await cdi.call('PUT', '/recipe/user', { body: { recipeUserId, phoneNumber }, headers: { rid: 'passwordless' } });
    const codes = [];
    for (const contact of [{ email }, { email }, { phoneNumber }, { phoneNumber }])
      codes.push(await newCode(cdi, contact));
    const [, , last, other] = codes;
    expect((await consume(cdi, typed(last ?? other ?? never()))).json.createdNewUser).to.equal(false);
    for (const code of codes) expect((await consume(cdi, typed(code))).json).to.deep.equal(RESTART);
  });

  it('case 43: a code is good in its own tenant only', async () => {
    const [t1, t2] = [await newTenant(cdi, 'case43-1'), await newTenant(cdi, 'case43-2')];
    const code = await newCode(t1, { email: 'case43@example.com' });
    expect((await consume(t2, typed(code))).json).to.deep.equal(RESTART);
    expect((await consume(t2, followed(code))).json).to.deep.equal(RESTART);
    const [one, two] = [
      await signedInBy(t1, { email: 'case43@example.com' }),
      await signedInBy(t2, { email: 'case43@example.com' }),
    ];
    expect(two.createdNewUser).to.equal(true);
    expect(two.user.id).not.to.equal(one.user.id);
  });

  it('case 58: parallel wrong codes all count', async () => {
    const wrong = typed(await newCode(cdi, { email: 'case58@example.com' }), 'wrong');
    const answers = await Promise.all(Array.from({ length: 20 }, () => consume(cdi, wrong)));
    const statuses = answers.map((answer) => answer.json.status);
    expect(statuses.filter((status) => status === 'INCORRECT_USER_INPUT_CODE_ERROR')).to.have.length(4);
    expect(statuses.filter((status) => status === 'RESTART_FLOW_ERROR')).to.have.length(16);
  });

  it('case 59: of parallel uses of a code, or of two codes of a contact, exactly one succeeds', async () => {
    const one = await newCode(cdi, { email: 'case59@example.com' });
    const two = await newCode(cdi, { email: 'case59@example.com' });
    const answers = await Promise.all([one, two, one, two].map((code) => consume(cdi, followed(code))));
    const statuses = answers.map((answer) => answer.json.status).sort();
    expect(statuses).to.deep.equal(['OK', ...Array(3).fill('RESTART_FLOW_ERROR')]);
    expect((await cdi.get('/users?email=case59')).json.users).to.have.length(1);
  });

  it('case 60: a deleted user’s logins under way are over, and the contact is free', async () => {
    const { user } = await signedInBy(cdi, { email: 'case60@example.com' });
    const code = await newCode(cdi, { email: 'case60@example.com' });
    await cdi.post('/user/remove', { userId: user.id });
    expect((await consume(cdi, typed(code))).json).to.deep.equal(RESTART);
    const again = await signedInBy(cdi, { email: 'case60@example.com' });
    expect(again.createdNewUser).to.equal(true);
    expect(again.user.id).not.to.equal(user.id);
  });

  it('case 45: what expired is listed until it is cleaned up, which happens in every tenant', async () => {
    const t1 = await withConfig('case45', { passwordless_code_lifetime: 1 });
    await newCode(t1, { email: 'case45@example.com' });
    await newCode(cdi, { email: 'case45@example.com' });
    await after2ms();
    expect(await devicesOf(t1, 'email=case45@example.com')).to.have.length(1);
    // In test mode every job runs at the start.
    await annals.killAndRestart();
    while ((await devicesOf(t1, 'email=case45@example.com')).length > 0)
      await new Promise((next) => setImmediate(next));
    expect(await devicesOf(cdi, 'email=case45@example.com')).to.have.length(1);
  });

  it('an acknowledged code and its use survive SIGKILL', async () => {
    const code = await newCode(cdi, { email: 'kill@example.com' });
    await annals.killAndRestart();
    const { json } = await consume(cdi, typed(code));
    expect(json.status).to.equal('OK');
    await annals.killAndRestart();
    expect((await consume(cdi, typed(code))).json).to.deep.equal(RESTART);
    expect((await signedInBy(cdi, { email: 'kill@example.com' })).user).to.deep.equal(json.user);
  });
});

/** Lets the clock move past a lifetime of 1 ms. */
async function after2ms(): Promise<void> {
  const start = Date.now();
  while (Date.now() < start + 3) await new Promise((resolve) => setImmediate(resolve));
}

function never(): never {
  throw new Error('no code was made');
}
