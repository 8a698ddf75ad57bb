import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { ep, grouped } from '../accountlinking/linking.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { signedInBy } from '../passwordless/codes.js';

const PATH = '/users/by-accountinfo';

describe('GET /users/by-accountinfo (32-users.md 3.3)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('finds by an email in any form', async () => {
    const user = await signedUp(cdi, 'ann@example.org');
    for (const union of ['true', 'false']) {
      const { json } = await cdi.get(`${PATH}?email=%20ANN@Example.org&doUnionOfAccountInfo=${union}`);
      expect(json).to.deep.equal({ status: 'OK', users: [user] });
    }
  });

  it('answers linked users on every version', async () => {
    await signedUp(cdi, 'old@example.org');
    const { json } = await cdi.get(`${PATH}?email=old@example.org&doUnionOfAccountInfo=true`, '3.1');
    expect(json.users[0]).to.have.property('loginMethods');
  });

  it('case 17: with other infos: any of them in a union, all of them otherwise', async () => {
    await signedUp(cdi, 'some@example.org');
    const infos = [
      'phoneNumber=%2B442071838750',
      'thirdPartyId=google&thirdPartyUserId=g-1',
      'webauthnCredentialId=unknown',
    ];
    for (const info of infos) {
      const search = async (union: boolean) => {
        const { json } = await cdi.get(`${PATH}?email=some@example.org&${info}&doUnionOfAccountInfo=${union}`);
        return json.users.length;
      };
      expect([await search(true), await search(false)], info).to.deep.equal([1, 0]);
      expect((await cdi.get(`${PATH}?${info}&doUnionOfAccountInfo=true`)).json).to.deep.equal({
        status: 'OK',
        users: [],
      });
    }
  });

  it('case 18: refuses half a third party and a union that is neither true nor false, in this order', async () => {
    const unionText = "'doUnionOfAccountInfo' should be either 'true' or 'false'";
    const texts: readonly (readonly [string, string])[] = [
      ['thirdPartyId=google', "Field name 'doUnionOfAccountInfo' is missing in GET request"],
      ['thirdPartyId=google&doUnionOfAccountInfo=TRUE', unionText],
      [
        'thirdPartyId=google&doUnionOfAccountInfo=true',
        "If 'thirdPartyId' is provided, 'thirdPartyUserId' must also be provided, and vice versa",
      ],
    ];
    for (const [query, text] of texts)
      expect(refusal(await cdi.get(`/nope${PATH}?${query}`)), query).to.deep.equal(badRequest(text));
    expect((await cdi.get(`/nope${PATH}?doUnionOfAccountInfo=true`)).text).to.match(/^AppId or tenantId not found => /);
  });

  it('case 18: finds by a phone number in any form', async () => {
    const { user } = await signedInBy(cdi, { phoneNumber: '+442071838750' });
    for (const phoneNumber of ['+44-207 183 8750', ' +44 (0) 20 7183 8750 ', '+442071838750']) {
      const query = new URLSearchParams({ phoneNumber, doUnionOfAccountInfo: 'false' });
      expect((await cdi.get(`${PATH}?${query}`)).json.users, phoneNumber).to.deep.equal([user]);
    }
  });

  it('case 18: finds nobody by nothing', async () => {
    for (const union of ['true', 'false'])
      expect((await cdi.get(`${PATH}?doUnionOfAccountInfo=${union}`)).json).to.deep.equal({ status: 'OK', users: [] });
  });

  it('case 19: looks in the very tenant', async () => {
    const t1 = await newTenant(cdi, 'case19');
    await signedUp(cdi, 'public@example.org');
    const { json } = await t1.get(`${PATH}?email=public@example.org&doUnionOfAccountInfo=true`);
    expect(json).to.deep.equal({ status: 'OK', users: [] });
  });

  it('case 19: the login method with the account info has to be in the tenant, not another one of the user', async () => {
    const t1 = await newTenant(cdi, 'case19-linked');
    const [here, there] = [await ep(cdi, 'here19@example.org'), await ep(t1, 'there19@example.org')];
    await grouped(cdi, here, there);
    const found = async (email: string) =>
      (await t1.get(`${PATH}?email=${email}&doUnionOfAccountInfo=true`)).json.users.length;
    expect([await found('here19@example.org'), await found('there19@example.org')]).to.deep.equal([0, 1]);
  });
});
