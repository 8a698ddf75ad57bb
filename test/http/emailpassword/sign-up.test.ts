import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, refusal, signedUp, signInStatus } from './accounts.js';

describe('sign-up (30-emailpassword.md 2.1)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 1: stores the normalised email and answers the user', async () => {
    const { json } = await cdi.post('/recipe/signup', { email: ' Ann@Example.ORG ', password: 'p' });
    expect(json.status).to.equal('OK');
    expect(json.user.emails).to.deep.equal(['ann@example.org']);
    expect(json.user.isPrimaryUser).to.equal(false);
    expect(json.recipeUserId).to.equal(json.user.id);
    expect(json.user.loginMethods[0]).to.have.all.keys(
      ...['tenantIds', 'recipeUserId', 'verified', 'timeJoined', 'recipeId', 'email'],
    );
  });

  it('case 2: refuses an email that is taken, with one key', async () => {
    await cdi.post('/recipe/signup', { email: 'taken@example.org', password: 'p' });
    const { json } = await cdi.post('/recipe/signup', { email: 'TAKEN@example.org', password: 'q' });
    expect(json).to.deep.equal({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
  });

  it('case 3: refuses malformed bodies with the text of the first field that fails', async () => {
    const emailInvalid = badRequest("Field name 'email' is invalid in JSON input");
    const signUp = async (body: unknown) => refusal(await cdi.post('/recipe/signup', body));
    expect(await signUp({ email: 'a@b', password: '' })).to.deep.equal(
      badRequest('Password cannot be an empty string'),
    );
    expect(await signUp('')).to.deep.equal(badRequest('Invalid Json Input'));
    expect(await signUp({})).to.deep.equal(emailInvalid);
    expect(await signUp({ email: 7, password: 'p' })).to.deep.equal(emailInvalid);
    expect(await signUp({ email: 'a@b', password: null })).to.deep.equal(
      badRequest("Field name 'password' is invalid in JSON input"),
    );
  });

  it('case 4: refuses an unknown tenant', async () => {
    const { status, text } = await cdi.post('/nope/recipe/signup', { email: 'a@b', password: 'p' });
    expect(status).to.equal(400);
    expect(text).to.match(/^AppId or tenantId not found => /);
  });

  it('case 5: of ten parallel sign-ups of one email exactly one succeeds', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => cdi.post('/recipe/signup', { email: 'race@example.org', password: 'p' })),
    );
    const statuses = answers.map((answer) => answer.json.status).sort();
    expect(statuses).to.deep.equal([...Array(9).fill('EMAIL_ALREADY_EXISTS_ERROR'), 'OK']);
  });

  it('case 7: a fake email is verified from the start', async () => {
    const user = await signedUp(cdi, 'x.google@stfakeemail.supertokens.com');
    expect(user.loginMethods[0].verified).to.equal(true);
    const again = await cdi.get(`/user/id?userId=${user.id}`);
    expect(again.json.user).to.deep.equal(user);
  });

  it('case 51: a no-break space is part of the email, so that it is another one', async () => {
    await signedUp(cdi, 'spaced@example.org');
    const user = await signedUp(cdi, '\u00a0Spaced@Example.ORG');
    expect(user.emails).to.deep.equal(['\u00a0spaced@example.org']);
  });

  it('W9: refuses an email of more than 256 characters', async () => {
    const longest = `${'x'.repeat(244)}@example.org`;
    expect(await signUpStatus(longest)).to.equal(200);
    expect(await signUpStatus(`x${longest}`)).to.equal(400);
  });

  it('takes any text for email and password', async () => {
    const odd = ['', 'a\u0000b@example.org', '\ud800@example.org', '\u{1f600}@example.org', "'; drop table x; --"];
    for (const text of odd) {
      const { json, status } = await cdi.post('/recipe/signup', { email: text, password: `p${text}` });
      expect(status, JSON.stringify(text)).to.equal(200);
      expect(json.status, JSON.stringify(text)).to.equal('OK');
      expect(await signInStatus(cdi, text, `p${text}`), JSON.stringify(text)).to.equal('OK');
    }
  });

  it('an acknowledged sign-up survives SIGKILL', async () => {
    await cdi.post('/recipe/signup', { email: 'kill@example.org', password: 'p' });
    await annals.killAndRestart();
    const { json } = await cdi.post('/recipe/signin', { email: 'kill@example.org', password: 'p' });
    expect(json.status).to.equal('OK');
  });

  async function signUpStatus(email: string): Promise<number> {
    const { status } = await cdi.post('/recipe/signup', { email, password: 'p' });
    return status;
  }
});
