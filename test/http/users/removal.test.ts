import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp, signInStatus } from '../emailpassword/accounts.js';
import { consume, followed, newCode, signedInBy } from '../passwordless/codes.js';
import { google, googleSignIn } from '../thirdparty/accounts.js';

const OK = { status: 'OK' };

describe('POST /user/remove (32-users.md 6)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 22: an unknown user is no error, whatever the id', async () => {
    for (const userId of ['x', '', '\u0000', 'x'.repeat(10_000), '\ud800', '00000000-0000-4000-8000-000000000000'])
      expect((await cdi.post('/user/remove', { userId })).json).to.deep.equal(OK);
  });

  it('case 22: refuses malformed bodies, and other tenants from CDI 5.0 on', async () => {
    const t1 = await newTenant(cdi, 'case22');
    expect(refusal(await cdi.post('/user/remove', {}))).to.deep.equal(
      badRequest("Field name 'userId' is invalid in JSON input"),
    );
    expect(refusal(await t1.post('/user/remove', { userId: 'x', removeAllLinkedAccounts: 'x' }))).to.deep.equal(
      badRequest("Field name 'removeAllLinkedAccounts' is invalid in JSON input"),
    );
    expect((await t1.post('/user/remove', { userId: 'x' }, '5.0')).status).to.equal(403);
    expect((await t1.post('/user/remove', { userId: 'x' }, '4.0')).json).to.deep.equal(OK);
    expect((await cdi.post('/appid-nope/user/remove', { userId: 'x' })).status).to.equal(400);
  });

  it('case 23: the user is gone from every read, and the email is free in every tenant', async () => {
    const t1 = await newTenant(cdi, 'case23');
    const { id } = await signedUp(cdi, 'case23@example.org');
    await t1.post('/recipe/multitenancy/tenant/user', { recipeUserId: id });
    const bystander = await signedUp(cdi, 'bystander@example.org');

    expect((await cdi.post('/user/remove', { userId: id, removeAllLinkedAccounts: false })).json).to.deep.equal(OK);
    expect((await cdi.get(`/user/id?userId=${id}`)).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
    expect((await cdi.get('/users?email=case23')).json.users).to.deep.equal([]);
    expect((await t1.get('/users')).json.users).to.deep.equal([]);
    expect((await t1.get('/users/count')).json.count).to.equal(0);
    expect(await signInStatus(cdi, 'case23@example.org', 'p')).to.equal('WRONG_CREDENTIALS_ERROR');
    expect((await cdi.put('/recipe/user', { recipeUserId: id, password: 'q' })).json.status).to.equal(
      'UNKNOWN_USER_ID_ERROR',
    );
    for (const tenant of [cdi, t1]) await signedUp(tenant, 'case23@example.org');
    expect((await cdi.get(`/user/id?userId=${bystander.id}`)).json.user).to.deep.equal(bystander);
  });

  it('case 23: its sessions have ended, in all tenants, and those of others have not', async () => {
    const t1 = await newTenant(cdi, 'case23-sessions');
    const { id } = await signedUp(cdi, 'sessions@example.org');
    const { id: other } = await signedUp(cdi, 'others@example.org');
    const session = async (at: CdiClient, userId: string): Promise<string> => {
      const body = { userId, userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
      return (await at.post('/recipe/session', body)).json.session.handle;
    };
    const handles = [await session(cdi, id), await session(t1, id)];
    const kept = await session(cdi, other);
    await cdi.post('/user/remove', { userId: id });
    for (const handle of handles)
      expect((await cdi.get(`/recipe/session?sessionHandle=${handle}`)).json.status).to.equal('UNAUTHORISED');
    expect((await cdi.get(`/recipe/session?sessionHandle=${kept}`)).json.status).to.equal('OK');
  });

  it('a removal leaves those who sign in meanwhile with an answer', async () => {
    for (let round = 0; round < 8; round++) {
      const email = `meanwhile${round}@example.org`;
      const { id: byPassword } = await signedUp(cdi, email);
      const { recipeUserId: byAccount } = await googleSignIn(cdi, email, email);
      const { recipeUserId: byCode } = await signedInBy(cdi, { email });
      const codes = [await newCode(cdi, { email }), await newCode(cdi, { email })];
      const answers = await Promise.all([
        ...[byPassword, byAccount, byCode].map((userId) => cdi.post('/user/remove', { userId })),
        ...[1, 2, 3].flatMap(() => [
          cdi.post('/recipe/signin', { email, password: 'p' }),
          cdi.post('/recipe/signinup', google(email, email)),
          cdi.post('/recipe/signup', { email, password: 'q' }),
          cdi.post('/recipe/user/passwordhash/import', { email, passwordHash: `$2b$04$${'x'.repeat(53)}` }),
        ]),
        ...codes.map((code) => consume(cdi, followed(code))),
      ]);
      for (const { status, text } of answers) expect(status, text).to.equal(200);
    }
  });

  it('of two removals at once both succeed', async () => {
    const { id: userId } = await signedUp(cdi, 'race@example.org');
    const answers = await Promise.all([1, 2].map(() => cdi.post('/user/remove', { userId })));
    for (const answer of answers) expect(answer.json).to.deep.equal(OK);
    await signedUp(cdi, 'race@example.org');
  });
});
