import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { signedInBy } from '../passwordless/codes.js';

const BCRYPT = '$2b$04$7Tc1U.aLEVP69a0NTnZfiO6rJ9KigC8AaJ0fo.OxSV3Yn0VvsH6X.';

describe('search in GET /users (32-users.md 4.2)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  async function found(tenant: CdiClient, query: string): Promise<string[]> {
    const { json } = await tenant.get(`/users?${query}`);
    return json.users.map((user: { emails: string[] }) => user.emails[0]);
  }

  it('case 12: finds by the start of the email, or of what is behind the @', async () => {
    const tenant = await newTenant(cdi, 'case12');
    await signedUp(tenant, 'john@gmail.com');
    await signedUp(tenant, 'ann@example.org');
    expect(await found(tenant, 'email=john')).to.deep.equal(['john@gmail.com']);
    expect(await found(tenant, 'email=gmail')).to.deep.equal(['john@gmail.com']);
    expect(await found(tenant, 'email=mail')).to.deep.equal([]);
    expect(await found(tenant, 'email=JOHN;ann')).to.deep.equal(['john@gmail.com', 'ann@example.org']);
    expect(await found(tenant, 'email=ann;%20John%20&timeJoinedOrder=DESC')).to.deep.equal([
      ...['ann@example.org', 'john@gmail.com'],
    ]);
    expect(await found(tenant, 'email=;;%20;&limit=1')).to.deep.equal(['john@gmail.com']);
  });

  it('takes tags as they are: % and _ stand for themselves', async () => {
    const tenant = await newTenant(cdi, 'literal');
    await signedUp(tenant, 'a_b@example.org');
    await signedUp(tenant, 'axb@example.org');
    expect(await found(tenant, 'email=a_')).to.deep.equal(['a_b@example.org']);
    expect(await found(tenant, 'email=%25')).to.deep.equal([]);
    for (const odd of ['%00', '%f4%8f%bf%bf', '%ed%9f%bf', "'", '%22'])
      expect(await found(tenant, `email=${odd}`)).to.deep.equal([]);
  });

  it('case 13: a phone number or a provider is on no login method by email and password', async () => {
    const tenant = await newTenant(cdi, 'case13');
    await signedUp(tenant, 'a@example.org');
    for (const query of ['email=a&provider=k', 'phone=%2B1', 'provider=g', 'phone=%2B1&provider=g'])
      expect(await found(tenant, query), query).to.deep.equal([]);
  });

  it('case 13: tags of different kinds have to be on one login method', async () => {
    const tenant = await newTenant(cdi, 'case13-kinds');
    const kakao = (thirdPartyUserId: string, email: string) =>
      tenant.post('/recipe/signinup', {
        thirdPartyId: 'kakao',
        thirdPartyUserId,
        email: { id: email, isVerified: true },
      });
    await signedUp(tenant, 'a@example.org');
    await kakao('k-1', 'z@example.org');
    await signedInBy(tenant, { phoneNumber: '+1 415 555 2671' });
    expect(await found(tenant, 'email=a&provider=k')).to.deep.equal([]);
    await kakao('k-2', 'a2@example.org');
    expect(await found(tenant, 'email=a&provider=KA')).to.deep.equal(['a2@example.org']);
    expect(await found(tenant, 'phone=%2B1')).to.have.length(1);
    for (const query of ['phone=%2B1&provider=k', 'phone=%2B1&email=a&provider=k', 'phone=%2B1&email=a'])
      expect(await found(tenant, query), query).to.deep.equal([]);
  });

  it('case 14: finds 1000 at most, whatever the limit, and has no next page', async () => {
    const tenant = await newTenant(cdi, 'case14');
    for (let start = 0; start < 1_005; start += 67)
      await Promise.all(
        Array.from({ length: 67 }, (_, index) =>
          tenant.post('/recipe/user/passwordhash/import', {
            email: `m${start + index}@example.org`,
            passwordHash: BCRYPT,
          }),
        ),
      );
    const { json } = await tenant.get('/users?email=m&limit=5');
    expect(json).to.have.all.keys('status', 'users');
    expect(json.users).to.have.length(1_000);
    const times = json.users.map((user: { timeJoined: number }) => user.timeJoined);
    expect(times).to.deep.equal(times.toSorted((a: number, b: number) => a - b));
    expect(new Set(times).size, 'no two joined at the same time').to.equal(1_000);
    expect((await tenant.get('/users?email=m99&limit=600')).json.users).to.have.length(11);
    expect((await tenant.get('/users/count')).json.count).to.equal(1_005);
  }).timeout(60_000);

  it('stays in the tenant', async () => {
    const tenant = await newTenant(cdi, 'other');
    await signedUp(cdi, 'elsewhere@example.org');
    expect(await found(tenant, 'email=elsewhere')).to.deep.equal([]);
  });

  it('refuses more tags than it will look for', async () => {
    const tags = Array.from({ length: 51 }, (_, index) => `tag${index}`).join(';');
    expect(refusal(await cdi.get(`/users?email=${tags}`))).to.deep.equal(
      badRequest('at most 50 search tags are allowed'),
    );
  });

  it('tells the kinds of tags', async () => {
    const expected = { status: 'OK', tags: ['email', 'phone', 'provider'] };
    expect((await cdi.get('/user/search/tags')).json).to.deep.equal(expected);
    expect((await cdi.get('/nope/user/search/tags')).json).to.deep.equal(expected);
  });
});
