import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';

const LINKED = ['id', 'isPrimaryUser', 'tenantIds', 'timeJoined', 'emails', 'phoneNumbers', 'thirdParty'];

describe('GET /user/id (32-users.md 3.1)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 1: answers the linked user with webauthn information from CDI 5.3 on', async () => {
    const { id } = await signedUp(cdi, 'ann@example.org');
    const { user } = (await cdi.get(`/user/id?userId=${id}`, '5.4')).json;
    expect(Object.keys(user)).to.deep.equal([...LINKED, 'webauthn', 'loginMethods']);
    expect(user.webauthn).to.deep.equal({ credentialIds: [] });
    expect(Object.keys(user.loginMethods[0])).to.have.length(6);
  });

  it('case 2: and without it before, also in versions that know no linked users elsewhere', async () => {
    const { id } = await signedUp(cdi, 'bob@example.org');
    for (const version of ['5.2', '3.1']) {
      const { user } = (await cdi.get(`/user/id?userId=${id}`, version)).json;
      expect(Object.keys(user), version).to.deep.equal([...LINKED, 'loginMethods']);
    }
  });

  it('case 2: answers unknown to any text that is no id', async () => {
    for (const id of ['x', '', '%00', 'x'.repeat(10_000), '%c3%28', '00000000-0000-4000-8000-000000000000'])
      expect((await cdi.get(`/user/id?userId=${id}`)).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
  });

  it('case 2: wants an id, and the public tenant from CDI 5.0 on', async () => {
    const t1 = await newTenant(cdi, 'case2');
    expect(refusal(await cdi.get('/user/id'))).to.deep.equal(
      badRequest("Field name 'userId' is missing in GET request"),
    );
    expect(refusal(await t1.get('/user/id?userId=x', '5.0'))).to.deep.equal([
      ...[403, 'Only public tenantId can call this app specific API\n'],
    ]);
    expect((await t1.get('/user/id?userId=x', '4.0')).status).to.equal(200);
  });

  it('answers the same user as every other endpoint', async () => {
    const user = await signedUp(cdi, 'same@example.org');
    const listed = (await cdi.get('/users?email=same')).json.users;
    const byInfo = (await cdi.get('/users/by-accountinfo?email=same@example.org&doUnionOfAccountInfo=true')).json.users;
    expect((await cdi.get(`/user/id?userId=${user.id}`)).json.user).to.deep.equal(user);
    expect(listed).to.deep.equal([user]);
    expect(byInfo).to.deep.equal([user]);
  });
});
