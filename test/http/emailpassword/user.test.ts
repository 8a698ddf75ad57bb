import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { googleSignIn } from '../thirdparty/accounts.js';
import { badRequest, newTenant, refusal, signedUp, signInStatus } from './accounts.js';

const UNKNOWN_ID = { status: 'UNKNOWN_USER_ID_ERROR' };
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('one user by email and password (30-emailpassword.md 2.3, 2.4)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const put = (body: object, cdiVersion?: string) => cdi.put('/recipe/user', body, cdiVersion);

  describe('GET /recipe/user', () => {
    it('case 13: wants one of userId and email, an empty one counts as given', async () => {
      const both = badRequest('Please provide only one of userId or email');
      expect(refusal(await cdi.get('/recipe/user?userId=x&email=y'))).to.deep.equal(both);
      expect(refusal(await cdi.get('/recipe/user?userId=&email='))).to.deep.equal(both);
      expect(refusal(await cdi.get('/recipe/user'))).to.deep.equal(badRequest('Please provide one of userId or email'));
    });

    it('case 14: finds by email in any form, and by id', async () => {
      const user = await signedUp(cdi, 'case14@example.org');
      const found = { status: 'OK', user };
      expect((await cdi.get('/recipe/user?email=CASE14@example.org')).json).to.deep.equal(found);
      expect((await cdi.get(`/recipe/user?userId=${user.id}`)).json).to.deep.equal(found);
      expect((await cdi.get('/recipe/user?email=none@example.org')).json).to.deep.equal({
        status: 'UNKNOWN_EMAIL_ERROR',
      });
      expect((await cdi.get(`/recipe/user?userId=${NOBODY}`)).json).to.deep.equal(UNKNOWN_ID);
    });

    it('cases 14, 17: a user by another recipe is unknown here, and has no password to change', async () => {
      const { recipeUserId } = await googleSignIn(cdi, 'case17', 'case17@example.org');
      expect((await cdi.get(`/recipe/user?userId=${recipeUserId}`)).json).to.deep.equal(UNKNOWN_ID);
      expect((await cdi.get('/recipe/user?email=case17@example.org')).json.status).to.equal('UNKNOWN_EMAIL_ERROR');
      expect((await put({ recipeUserId, email: 'other17@example.org', password: 'q' })).json).to.deep.equal(UNKNOWN_ID);
      expect((await cdi.get(`/user/id?userId=${recipeUserId}`)).json.user.emails).to.deep.equal(['case17@example.org']);
    });

    it('case 15: by id only through the public tenant, from CDI 5.0 on', async () => {
      const t1 = await newTenant(cdi, 'case15');
      const { id } = await signedUp(cdi, 'case15@example.org');
      const path = `/recipe/user?userId=${id}`;
      expect((await t1.get(path, '5.0')).status).to.equal(403);
      expect((await t1.get(path, '4.0')).json.status).to.equal('OK');
      expect((await cdi.get(`/public${path}`)).json.status).to.equal('OK');
    });

    it('W6: by email only in the very tenant', async () => {
      const t1 = await newTenant(cdi, 'by-email');
      await signedUp(cdi, 'elsewhere@example.org');
      const { json } = await t1.get('/recipe/user?email=elsewhere@example.org');
      expect(json).to.deep.equal({ status: 'UNKNOWN_EMAIL_ERROR' });
    });

    it('answers unknown to ids that no user can have', async () => {
      for (const id of ['', '%00', 'x'.repeat(10_000), '%ff%fe', '..%2F..%2Fetc', NOBODY.toUpperCase()]) {
        const { json } = await cdi.get(`/recipe/user?userId=${id}`);
        expect(json, id.slice(0, 40)).to.deep.equal(UNKNOWN_ID);
      }
    });
  });

  describe('PUT /recipe/user', () => {
    it('case 16: wants something to change, and the id by the name of the version', async () => {
      expect(refusal(await put({ recipeUserId: 'x' }))).to.deep.equal(
        badRequest('You have to provide either email or password.'),
      );
      expect(refusal(await put({ userId: 'x', email: 'a@b' }, '5.1'))).to.deep.equal(
        badRequest("Field name 'recipeUserId' is invalid in JSON input"),
      );
      expect((await put({ userId: 'x', email: 'a@b' }, '3.1')).json).to.deep.equal(UNKNOWN_ID);
    });

    it('case 17: answers unknown to ids of nobody', async () => {
      for (const recipeUserId of [NOBODY, '', '\u0000', 'x'.repeat(10_000), '\ud800'])
        expect((await put({ recipeUserId, email: 'a@b', password: 'q' })).json).to.deep.equal(UNKNOWN_ID);
    });

    it('case 18: takes the email as it is, and changes the password', async () => {
      const { id } = await signedUp(cdi, 'case18@example.org', 'old');
      expect((await put({ recipeUserId: id, email: ' CASE18@example.org', password: 'new' })).json).to.deep.equal({
        status: 'OK',
      });
      expect(await signInStatus(cdi, 'case18@example.org', 'old')).to.equal('WRONG_CREDENTIALS_ERROR');
      expect(await signInStatus(cdi, 'case18@example.org', 'new')).to.equal('OK');
    });

    it('case 19: changes nothing if the email is taken', async () => {
      await signedUp(cdi, 'case19-taken@example.org');
      const { id } = await signedUp(cdi, 'case19@example.org', 'old');
      const { json } = await put({ recipeUserId: id, email: 'case19-taken@example.org', password: 'new' });
      expect(json).to.deep.equal({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
      expect(await signInStatus(cdi, 'case19@example.org', 'old')).to.equal('OK');
      expect(await signInStatus(cdi, 'case19@example.org', 'new')).to.equal('WRONG_CREDENTIALS_ERROR');
    });

    it('frees the old email, and every read shows the new one', async () => {
      const { id } = await signedUp(cdi, 'before@example.org');
      await put({ recipeUserId: id, email: 'After@Example.org' });
      expect((await cdi.get(`/user/id?userId=${id}`)).json.user.emails).to.deep.equal(['after@example.org']);
      expect((await cdi.get('/recipe/user?email=after@example.org')).json.user.id).to.equal(id);
      expect((await cdi.get('/users?email=after')).json.users).to.have.length(1);
      expect((await cdi.get('/users?email=before')).json.users).to.have.length(0);
      expect((await cdi.get('/recipe/user?email=before@example.org')).json.status).to.equal('UNKNOWN_EMAIL_ERROR');
      await signedUp(cdi, 'before@example.org');
    });

    it('case 54: one email in three tenants, a new password in each, and the users stay as they are', async () => {
      const emails = 'case54@example.org';
      for (const name of ['case54-1', 'case54-2', 'case54-3']) {
        const tenant = await newTenant(cdi, name);
        const user = await signedUp(tenant, emails, 'old');
        const { json } = await put({ recipeUserId: user.id, email: emails, password: `new-${name}` });
        expect(json).to.deep.equal({ status: 'OK' });
        const again = await tenant.post('/recipe/signin', { email: emails, password: `new-${name}` });
        expect(again.json.user).to.deep.equal(user);
      }
    });

    it('a removed tenant does not hold on to emails', async () => {
      const doomed = await newTenant(cdi, 'doomed');
      const ann = await signedUp(doomed, 'ann-doomed@example.org');
      await signedUp(doomed, 'bob-doomed@example.org');
      await cdi.post('/recipe/multitenancy/tenant/remove', { tenantId: 'doomed' });
      const { json } = await put({ recipeUserId: ann.id, email: 'bob-doomed@example.org' });
      expect(json).to.deep.equal({ status: 'OK' });
    });
  });
});
