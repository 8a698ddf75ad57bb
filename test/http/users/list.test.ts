import { expect } from 'chai';
import { type CdiAnswer, type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { googleSignIn } from '../thirdparty/accounts.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('GET /users (32-users.md 3.2, 4)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const emailsOf = (answer: CdiAnswer): string[] =>
    answer.json.users.map((user: { emails: string[] }) => user.emails[0]);

  /** Signs users up one by one, so that their order is known. */
  async function inTurn(tenant: CdiClient, count: number): Promise<string[]> {
    const emails = Array.from({ length: count }, (_, index) => `u${String(index).padStart(4, '0')}@example.org`);
    for (const email of emails) await signedUp(tenant, email);
    return emails;
  }

  it('case 7: a page is 100 users, the last one has no token', async () => {
    const tenant = await newTenant(cdi, 'case7');
    const emails = await inTurn(tenant, 101);
    const first = await tenant.get('/users');
    expect(emailsOf(first)).to.deep.equal(emails.slice(0, 100));
    const second = await tenant.get(`/users?paginationToken=${encodeURIComponent(first.json.nextPaginationToken)}`);
    expect(emailsOf(second)).to.deep.equal(emails.slice(100));
    expect(second.json).to.have.all.keys('status', 'users');
  });

  it('case 8: refuses parameters, in this order', async () => {
    const texts: readonly (readonly [string, string])[] = [
      ['limit=0', 'limit must a positive integer with min value 1'],
      ['limit=-1', 'limit must a positive integer with min value 1'],
      ['limit=501', 'max limit allowed is 500'],
      ['limit=x', "Field name 'limit' must be an int in the GET request"],
      ['limit=', "Field name 'limit' must be an int in the GET request"],
      ['includeRecipeIds=thirdparty,foo', 'Unknown recipe ID: foo'],
      ['timeJoinedOrder=asc', 'timeJoinedOrder can be either ASC OR DESC'],
      ['paginationToken=zzz', 'invalid pagination token'],
      [`paginationToken=${base64('a;b;1')}`, 'invalid pagination token'],
      [`paginationToken=${base64('a;b')}`, 'invalid pagination token'],
      ['paginationToken=', 'invalid pagination token'],
      [`limit=0&paginationToken=zzz`, 'limit must a positive integer with min value 1'],
      ['limit=x&timeJoinedOrder=asc&includeRecipeIds=foo', 'Unknown recipe ID: foo'],
      ['timeJoinedOrder=asc&limit=x', "Field name 'limit' must be an int in the GET request"],
      ['email=a&limit=0', 'limit must a positive integer with min value 1'],
      ['email=a&paginationToken=zzz', 'invalid pagination token'],
    ];
    for (const [query, text] of texts)
      expect(refusal(await cdi.get(`/users?${query}`)), query).to.deep.equal(badRequest(text));
    expect((await cdi.get('/nope/users?limit=x')).text).to.match(/^AppId or tenantId not found => /);
    expect(refusal(await cdi.get('/nope/users?includeRecipeIds=foo'))).to.deep.equal(
      badRequest('Unknown recipe ID: foo'),
    );
  });

  it('case 9: pages of one visit every user once, in both orders', async () => {
    const tenant = await newTenant(cdi, 'case9');
    const emails = await inTurn(tenant, 5);
    const orders = [
      ['ASC', emails],
      ['DESC', emails.toReversed()],
    ] as const;
    for (const [order, expected] of orders) {
      const visited: string[] = [];
      let token: string | undefined;
      do {
        const from = token === undefined ? '' : `&paginationToken=${encodeURIComponent(token)}`;
        const answer = await tenant.get(`/users?limit=1&timeJoinedOrder=${order}${from}`);
        visited.push(...emailsOf(answer));
        token = answer.json.nextPaginationToken;
      } while (token !== undefined);
      expect(visited).to.deep.equal(expected);
    }
  });

  it('case 56: three who sign up by third party back to back are listed as they came, and the other way round', async () => {
    const tenant = await newTenant(cdi, 'case56');
    const emails = ['z@example.org', 'a@example.org', 'm@example.org'];
    for (const [index, email] of emails.entries()) await googleSignIn(tenant, `case56-${index}`, email);
    expect(emailsOf(await tenant.get('/users'))).to.deep.equal(emails);
    expect(emailsOf(await tenant.get('/users?timeJoinedOrder=DESC'))).to.deep.equal(emails.toReversed());
  });

  it('4.1: the token names the first user of the next page, who may be gone by then', async () => {
    const tenant = await newTenant(cdi, 'token');
    const emails = await inTurn(tenant, 3);
    const { users } = (await tenant.get('/users')).json;
    const { nextPaginationToken: token } = (await tenant.get('/users?limit=1')).json;
    expect(Buffer.from(token, 'base64').toString()).to.equal(`${users[1].id};${users[1].timeJoined}`);
    await cdi.post('/user/remove', { userId: users[1].id });
    const next = await tenant.get(`/users?paginationToken=${encodeURIComponent(token)}`);
    expect(emailsOf(next)).to.deep.equal(emails.slice(2));
  });

  it('case 11: lists a user in each of its tenants, whole', async () => {
    const t1 = await newTenant(cdi, 'case11-1');
    const t2 = await newTenant(cdi, 'case11-2');
    const { id } = await signedUp(t1, 'both@example.org');
    await t2.post('/recipe/multitenancy/tenant/user', { recipeUserId: id });
    const expected = (await cdi.get(`/user/id?userId=${id}`)).json.user;
    expect(expected.tenantIds).to.deep.equal(['case11-1', 'case11-2']);
    for (const tenant of [t1, t2]) expect((await tenant.get('/users')).json.users).to.deep.equal([expected]);
  });

  it('case 11: lists those who have a method of the filtered recipes', async () => {
    const tenant = await newTenant(cdi, 'filter');
    await signedUp(tenant, 'a@example.org');
    const counts = [
      ['', 1],
      [' EmailPassword ,, ', 1],
      ['thirdparty,emailpassword', 1],
      ['thirdparty,passwordless,webauthn', 0],
      ['session', 0],
    ] as const;
    for (const [filter, count] of counts) {
      const { json } = await tenant.get(`/users?includeRecipeIds=${encodeURIComponent(filter)}`);
      expect(json.users, filter).to.have.length(count);
    }
  });

  it('lists flat users with their recipe on CDI 3.1', async () => {
    const tenant = await newTenant(cdi, 'flat');
    const { id, timeJoined } = await signedUp(tenant, 'a@example.org');
    const user = { id, timeJoined, tenantIds: ['flat'], email: 'a@example.org' };
    expect((await tenant.get('/users', '3.1')).json).to.deep.equal({
      status: 'OK',
      users: [{ recipeId: 'emailpassword', user }],
    });
  });

  it('case 55: a user of a removed tenant is in no list, and still found by id', async () => {
    const doomed = await newTenant(cdi, 'case55');
    const { id } = await signedUp(doomed, 'a@example.org');
    await cdi.post('/recipe/multitenancy/tenant/remove', { tenantId: 'case55' });
    const { user } = (await cdi.get(`/user/id?userId=${id}`)).json;
    expect([user.tenantIds, user.loginMethods[0].tenantIds]).to.deep.equal([[], []]);
    const reborn = await newTenant(cdi, 'case55');
    expect((await reborn.get('/users')).json.users).to.deep.equal([]);
    expect((await reborn.get('/users/count')).json.count).to.equal(0);
  });
});
