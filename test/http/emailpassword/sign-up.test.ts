import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';

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

  it('case 5: of ten parallel sign-ups of one email exactly one succeeds', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => cdi.post('/recipe/signup', { email: 'race@example.org', password: 'p' })),
    );
    const statuses = answers.map((answer) => answer.json.status).sort();
    expect(statuses).to.deep.equal([...Array(9).fill('EMAIL_ALREADY_EXISTS_ERROR'), 'OK']);
  });

  it('an acknowledged sign-up survives SIGKILL', async () => {
    await cdi.post('/recipe/signup', { email: 'kill@example.org', password: 'p' });
    await annals.killAndRestart();
    const { json } = await cdi.post('/recipe/signin', { email: 'kill@example.org', password: 'p' });
    expect(json.status).to.equal('OK');
  });
});
