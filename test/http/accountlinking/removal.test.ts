import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { resetToken, signInStatus } from '../emailpassword/accounts.js';
import { mapUser, metadataOf, setMetadata, userById } from '../useridmapping/mapped.js';
import { ep, grouped, isAlive, linking, methodIds, newSession, tp, userOf } from './linking.js';

const OK = { status: 'OK' };

describe('removing linked users (32-users.md 6)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const remove = async (userId: string, all?: boolean) =>
    expect((await linking(cdi).remove(userId, all)).json).to.deep.equal(OK);

  /** Two linked login methods with external ids and metadata, the second of which is the primary one. */
  async function mappedPair(name: string) {
    const [r1, r2] = [await tp(cdi, `g-${name}`, `r1-${name}@example.org`), await ep(cdi, `r2-${name}@example.org`)];
    const [e1, e2] = [`e1-${name}`, `e2-${name}`];
    await mapUser(cdi, r1, e1);
    await mapUser(cdi, r2, e2);
    await grouped(cdi, r2, r1);
    for (const id of [e1, e2]) await setMetadata(cdi, id);
    return { r1, r2, e1, e2 };
  }

  it('case 24: of one linked login method alone', async () => {
    const { r1, r2, e1, e2 } = await mappedPair('c24');
    await remove(r1, false);
    expect(await userById(cdi, r1)).to.equal('UNKNOWN_USER_ID_ERROR');
    expect(await userById(cdi, e1)).to.equal('UNKNOWN_USER_ID_ERROR');
    expect(await metadataOf(cdi, e1)).to.deep.equal({});
    expect(await metadataOf(cdi, e2)).to.deep.equal({ a: 1 });
    expect(await userById(cdi, r2)).to.deep.include({ id: e2, isPrimaryUser: true, emails: ['r2-c24@example.org'] });
    expect(await methodIds(cdi, e2)).to.deep.equal([e2]);
  });

  it("case 25: of the primary user's own alone, and then of the last", async () => {
    const { r1, r2, e1, e2 } = await mappedPair('c25');
    await remove(r2, false);
    for (const id of [r1, r2, e1, e2]) {
      expect(await userById(cdi, id)).to.deep.include({ id: e2, isPrimaryUser: true });
      expect(await methodIds(cdi, id)).to.deep.equal([e1]);
    }
    expect(await metadataOf(cdi, e2)).to.deep.equal({ a: 1 });
    await remove(r2, false);
    expect(await methodIds(cdi, e2)).to.deep.equal([e1]);
    await remove(r1, false);
    for (const id of [r1, r2, e1, e2]) expect(await userById(cdi, id)).to.equal('UNKNOWN_USER_ID_ERROR');
    for (const id of [e1, e2]) expect(await metadataOf(cdi, id)).to.deep.equal({});
    expect((await cdi.get(`/recipe/userid/map?userId=${e2}`)).json.status).to.equal('UNKNOWN_MAPPING_ERROR');
  });

  it('case 26: of all, whoever is named, the external id of an id without login method included', async () => {
    for (const named of ['r1', 'r2', 'e1', 'e2', 'gone'] as const) {
      const pair = await mappedPair(`c26-${named}`);
      if (named === 'gone') await remove(pair.r2, false);
      await remove(named === 'gone' ? pair.e2 : pair[named]);
      for (const id of Object.values(pair)) {
        expect(await userById(cdi, id)).to.equal('UNKNOWN_USER_ID_ERROR');
        expect(await metadataOf(cdi, id)).to.deep.equal({});
      }
      await ep(cdi, `r2-c26-${named}@example.org`);
      await tp(cdi, `g-c26-${named}`, `r1-c26-${named}@example.org`);
    }
  });

  it('20-session 14: sessions end with the id they were made for', async () => {
    const r = await tp(cdi, 'g-sessions', 'r-sessions@example.org');
    const p = await grouped(cdi, await ep(cdi, 'p-sessions@example.org'), r);
    const [ofR, ofP] = [await newSession(cdi, r), await newSession(cdi, p)];
    await remove(p, false);
    expect([await isAlive(cdi, ofR), await isAlive(cdi, ofP)]).to.deep.equal([true, true]);
    await remove(r, false);
    expect([await isAlive(cdi, ofR), await isAlive(cdi, ofP)]).to.deep.equal([false, false]);
  });

  it('case 29: a new login method takes the place of a deleted one', async () => {
    const email = 'case29@example.org';
    const p = await grouped(cdi, await ep(cdi, email), await tp(cdi, 'g-29', email));
    await remove(p, false);
    const token = await resetToken(cdi, p, email);
    expect((await cdi.post('/recipe/user/password/reset/token/consume', { token })).json).to.deep.equal({
      ...OK,
      userId: p,
      email,
    });
    const again = await ep(cdi, email);
    expect((await linking(cdi).link(again, p)).json).to.deep.include({ ...OK, accountsAlreadyLinked: false });
    expect((await userOf(cdi, p)).loginMethods).to.have.lengthOf(2);
    const signIn = await cdi.post('/recipe/signin', { email, password: 'p' });
    expect(signIn.json.user.id).to.equal(p);
  });

  it('case 32: an external id that is the id of a primary user whose own login method is gone takes force', async () => {
    const p = await grouped(cdi, await ep(cdi, 'p32@example.org'), await tp(cdi, 'g-32', 'r32@example.org'));
    await remove(p, false);
    const body = { superTokensUserId: await ep(cdi, 'other32@example.org'), externalUserId: p };
    expect((await cdi.post('/recipe/userid/map', body)).text).to.equal(
      'Cannot create a userId mapping where the externalId is also a SuperTokens userID\n',
    );
    expect((await cdi.post('/recipe/userid/map', { ...body, force: true })).json).to.deep.equal(OK);
  });

  it('30-emailpassword cases 25, 31: reset tokens of those whose password is not theirs', async () => {
    const r = await tp(cdi, 'g-30-25', 'r25@example.org');
    const path = '/recipe/user/password/reset/token';
    expect((await cdi.post(path, { userId: r }, '3.1')).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
    const unlinked = await resetToken(cdi, r, 'r25@example.org');
    expect((await cdi.post(`${path}/consume`, { token: unlinked })).json).to.deep.equal({
      ...{ ...OK, userId: r, email: 'r25@example.org' },
    });
    const p = await grouped(cdi, await ep(cdi, 'p25@example.org'), r);
    for (const userId of [p, r]) {
      const refused = await cdi.post(path, { userId }, '3.1');
      expect([refused.status, refused.text]).to.deep.equal([400, 'Please use CDI version >= 4.0\n']);
      const token = await resetToken(cdi, userId, 'Any@Email');
      const consumed = (await cdi.post(`${path}/consume`, { token })).json;
      expect(consumed).to.deep.equal({ ...OK, userId, email: 'Any@Email' });
    }
    await remove(p, false);
    const token = await resetToken(cdi, p, 'x@y');
    expect((await cdi.post(`${path}/consume`, { token })).json.userId).to.equal(p);
    expect((await cdi.post(path, { userId: p }, '3.1')).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
  });

  it('30-emailpassword case 17: the password of a login method that is gone is nobody’s to change', async () => {
    const p = await grouped(cdi, await ep(cdi, 'p17@example.org'), await tp(cdi, 'g-17', 'r17@example.org'));
    await remove(p, false);
    expect((await cdi.put('/recipe/user', { recipeUserId: p, password: 'q' })).json.status).to.equal(
      'UNKNOWN_USER_ID_ERROR',
    );
    expect(await signInStatus(cdi, 'p17@example.org', 'p')).to.equal('WRONG_CREDENTIALS_ERROR');
    expect((await cdi.get(`/recipe/user?userId=${p}`)).json.status).to.equal('UNKNOWN_USER_ID_ERROR');
    const joined = await cdi.post('/recipe/multitenancy/tenant/user', { recipeUserId: p });
    expect(joined.json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
  });

  it('of a link and a removal at once, the one follows the other', async () => {
    for (let round = 0; round < 5; round++) {
      const r = await tp(cdi, `g-race${round}`, `r-race${round}@example.org`);
      const p = await grouped(cdi, await ep(cdi, `p-race${round}@example.org`));
      const [linked] = await Promise.all([linking(cdi).link(r, p), linking(cdi).remove(p)]);
      const after = await userOf(cdi, r);
      if (linked.status === 200) expect(after, 'linked first, then removed with the others').to.equal(undefined);
      else if (after !== undefined) expect(after).to.deep.include({ id: r, isPrimaryUser: false });
      expect(await userOf(cdi, p)).to.equal(undefined);
    }
  });
});
