import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';

describe('input (00-conventions.md 8)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  for (const body of ['', '[]', '"x"', '{', 'null', '5', "{'a':1}", '{"a":1}}', '\uFEFF{}']) {
    it(`case 25: the body ${JSON.stringify(body)} is refused`, async () => {
      const { status, text } = await cdi.post('/recipe/signup', body);
      expect([status, text]).to.deep.equal([400, 'Invalid Json Input\n']);
    });
  }

  for (const email of [5, true, null, {}, [], ['a@input.test'], undefined]) {
    it(`case 27: ${JSON.stringify(email)} is refused as a string`, async () => {
      const { status, text } = await cdi.post('/recipe/signup', { email, password: 'p' });
      expect([status, text]).to.deep.equal([400, "Field name 'email' is invalid in JSON input\n"]);
    });
  }

  it('the first field that fails gives the message', async () => {
    const { text } = await cdi.post('/recipe/signup', { password: 5, email: 5 });
    expect(text).to.equal("Field name 'email' is invalid in JSON input\n");
  });

  for (const enableAntiCsrf of ['true', null, {}]) {
    it(`case 28: ${JSON.stringify(enableAntiCsrf)} is refused as a boolean`, async () => {
      const { status, text } = await cdi.post('/recipe/session', {
        userId: 'u',
        userDataInJWT: {},
        userDataInDatabase: {},
        enableAntiCsrf,
      });
      expect([status, text]).to.deep.equal([400, "Field name 'enableAntiCsrf' is invalid in JSON input\n"]);
    });
  }

  it('unknown fields are ignored, and of a repeated name the last one counts', async () => {
    const body = '{"email":5,"email":"last@input.test","password":"p","more":[{}]}';
    const { json } = await cdi.post('/recipe/signup', body);
    expect(json.user.emails).to.deep.equal(['last@input.test']);
  });

  it('W1: a body without a charset is UTF-8', async () => {
    const { json } = await cdi.call('POST', '/recipe/signup', {
      body: JSON.stringify({ email: 'jürgen@input.test', password: 'p' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(json.user.emails).to.deep.equal(['jürgen@input.test']);
  });
});
