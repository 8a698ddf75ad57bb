import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import {
  ep,
  grouped,
  isAlive,
  linking,
  methodIds,
  newApp,
  newSession,
  primary,
  tenantOf,
  tp,
  userOf,
} from './linking.js';

const answered = (wasRecipeUserDeleted: boolean, wasLinked: boolean) => ({
  status: 'OK',
  wasRecipeUserDeleted,
  wasLinked,
});

describe('unlinking accounts (32-users.md 8.6)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 48: an unlinked user stays as it is, with its sessions', async () => {
    const id = await ep(cdi, 'a48@example.org');
    const session = await newSession(cdi, id);
    expect((await linking(cdi).unlink(id)).json).to.deep.equal(answered(false, false));
    expect(await isAlive(cdi, session)).to.equal(true);
  });

  it('case 48: a linked login method is a user of its own again, and the rest stays primary', async () => {
    const r = await tp(cdi, 'g-48', 'r48@example.org');
    const alone = await userOf(cdi, r);
    const p = await grouped(cdi, await ep(cdi, 'p48@example.org'), r);
    const sessions = [await newSession(cdi, r), await newSession(cdi, p)];
    expect((await linking(cdi).unlink(r)).json).to.deep.equal(answered(false, true));
    expect(await userOf(cdi, r)).to.deep.equal(alone);
    const rest = await userOf(cdi, p);
    expect(rest).to.deep.include({ id: p, isPrimaryUser: true, emails: ['p48@example.org'] });
    expect(rest.timeJoined).to.equal(rest.loginMethods[0].timeJoined);
    expect(await Promise.all(sessions.map((handle) => isAlive(cdi, handle)))).to.deep.equal([false, true]);
    expect((await linking(cdi).unlink(r)).json).to.deep.equal(answered(false, false));
  });

  it('case 48: what the group reserved for it is free', async () => {
    const r = await tp(cdi, 'g-48b', 'free48@example.org');
    await grouped(cdi, await ep(cdi, 'owner48@example.org'), r);
    const other = await ep(cdi, 'free48@example.org');
    expect((await linking(cdi).canBePrimary(other)).json.status).not.to.equal('OK');
    await linking(cdi).unlink(r);
    expect((await linking(cdi).canBePrimary(other)).json.status).to.equal('OK');
    await primary(cdi, r);
  });

  it('case 49, 20-session case 65: a primary user alone is demoted, and its sessions end', async () => {
    const p = await primary(cdi, await ep(cdi, 'p49@example.org'));
    const session = await newSession(cdi, p);
    expect((await linking(cdi).unlink(p)).json).to.deep.equal(answered(false, true));
    expect((await userOf(cdi, p)).isPrimaryUser).to.equal(false);
    expect(await isAlive(cdi, session)).to.equal(false);
    await primary(cdi, await tp(cdi, 'g-49', 'p49@example.org'));
  });

  it('cases 49 and 50: of a primary user with others, its own login method is deleted and its id stays', async () => {
    const r = await tp(cdi, 'g-50', 'r50@example.org');
    const p = await grouped(cdi, await ep(cdi, 'p50@example.org'), r);
    const session = await newSession(cdi, p);
    expect((await linking(cdi).unlink(p)).json).to.deep.equal(answered(true, true));
    for (const id of [p, r]) {
      expect(await userOf(cdi, id)).to.deep.include({ id: p, isPrimaryUser: true, emails: ['r50@example.org'] });
      expect(await methodIds(cdi, id)).to.deep.equal([r]);
    }
    expect(await isAlive(cdi, session)).to.equal(false);
    const r3 = await ep(cdi, 'p50@example.org');
    expect((await linking(cdi).link(r3, r)).json.user.id).to.equal(p);
    expect((await userOf(cdi, r3)).id).to.equal(p);
  });

  it('W3, W4: the id of a primary user whose own login method is gone still stands for it', async () => {
    const r = await tp(cdi, 'g-w3', 'rw3@example.org');
    const p = await grouped(cdi, await ep(cdi, 'pw3@example.org'), r);
    const { canBePrimary, makePrimary, canLink, link, unlink } = linking(cdi);
    await unlink(p);
    expect((await unlink(p)).json).to.deep.equal(answered(false, false));
    for (const call of [canBePrimary, makePrimary])
      expect((await call(p)).json).to.deep.include({ status: 'OK', wasAlreadyAPrimaryUser: true });
    for (const call of [canLink, link])
      for (const answer of [await call(p, p), await call(p, r), await call(r, p)])
        expect(answer.json).to.deep.include({ status: 'OK', accountsAlreadyLinked: true });
  });

  it('W6: unlinking the last login method of such an id ends the id, and what is kept under it', async () => {
    const r = await tp(cdi, 'g-w6', 'rw6@example.org');
    const p = await grouped(cdi, await ep(cdi, 'pw6@example.org'), r);
    await linking(cdi).unlink(p);
    const session = await newSession(cdi, p);
    await cdi.put('/recipe/user/metadata', { userId: p, metadataUpdate: { a: 1 } });
    expect((await linking(cdi).unlink(r)).json).to.deep.equal(answered(false, true));
    expect(await userOf(cdi, p)).to.equal(undefined);
    expect(await userOf(cdi, r)).to.deep.include({ id: r, isPrimaryUser: false });
    expect(await isAlive(cdi, session)).to.equal(false);
    expect((await cdi.get(`/recipe/user/metadata?userId=${p}`)).json.metadata).to.deep.equal({});
  });

  it('case 51: lists follow the time joined of the oldest login method', async () => {
    const app = await newApp(cdi, 'case51');
    const t1 = await tenantOf(app, 't1');
    const r = await tp(app, 'g-51', 'r51@example.org');
    const between = await ep(app, 'between@example.org');
    const p = await primary(app, await ep(app, 'p51@example.org'));
    const [joinedR, joinedP] = [(await userOf(app, r)).timeJoined, (await userOf(app, p)).timeJoined];
    const listed = async (place: CdiClient) =>
      (await place.get('/users')).json.users.map((user: { id: string }) => user.id);
    expect(await listed(app)).to.deep.equal([r, between, p]);
    await linking(app).link(r, p);
    expect((await userOf(app, p)).timeJoined).to.equal(joinedR);
    expect(await listed(app)).to.deep.equal([p, between]);
    await linking(app).unlink(r);
    expect((await userOf(app, p)).timeJoined).to.equal(joinedP);
    expect(await listed(app)).to.deep.equal([r, between, p]);
    expect(await listed(t1)).to.deep.equal([]);
  });

  it('4.1: the time joined counts login methods outside the tenant too', async () => {
    const app = await newApp(cdi, 'order');
    const t1 = await tenantOf(app, 't1');
    const oldest = await ep(app, 'a@example.org');
    const middle = await ep(t1, 'b@example.org');
    const newest = await ep(t1, 'c@example.org');
    await grouped(app, newest, oldest);
    const page = (await t1.get('/users?limit=1')).json;
    expect(page.users[0].id).to.equal(newest);
    expect(Buffer.from(page.nextPaginationToken, 'base64').toString()).to.match(new RegExp(`^${middle};`));
  });

  it('20-session cases 10 and 54: sessions name the primary user, and are listed for all its login methods', async () => {
    const r = await tp(cdi, 'g-54s', 'r54s@example.org');
    const p = await grouped(cdi, await ep(cdi, 'p54s@example.org'), r);
    const body = (userId: string) => ({ userId, userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false });
    const ofR = (await cdi.post('/recipe/session', body(r))).json.session;
    const ofP = (await cdi.post('/recipe/session', body(p))).json.session;
    expect(ofR).to.deep.include({ userId: p, recipeUserId: r });
    expect(ofP).to.deep.include({ userId: p, recipeUserId: p });
    expect((await cdi.get(`/recipe/session?sessionHandle=${ofR.handle}`)).json).to.deep.include({
      userId: p,
      recipeUserId: r,
    });
    const list = async (query: string) =>
      (await cdi.get(`/recipe/session/user?userId=${r}${query}`)).json.sessionHandles;
    expect(await list('')).to.have.members([ofR.handle, ofP.handle]);
    expect(await list('&fetchSessionsForAllLinkedAccounts=false')).to.deep.equal([ofR.handle]);
    expect(await list('&fetchSessionsForAllLinkedAccounts=banana')).to.deep.equal([ofR.handle]);
    const { sessionHandlesRevoked } = (await cdi.post('/recipe/session/remove', { userId: r })).json;
    expect(sessionHandlesRevoked).to.have.members([ofR.handle, ofP.handle]);
  });

  it('20-session 7: a session keeps naming a primary user whose own login method is gone', async () => {
    const r = await tp(cdi, 'g-refresh', 'refresh@example.org');
    const body = { userId: r, userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
    const p = await primary(cdi, await ep(cdi, 'refresh-p@example.org'));
    await linking(cdi).link(r, p);
    const { refreshToken } = (await cdi.post('/recipe/session', body)).json;
    await linking(cdi).remove(p, false);
    const refreshed = await cdi.post('/recipe/session/refresh', {
      refreshToken: refreshToken.token,
      enableAntiCsrf: false,
      useDynamicSigningKey: true,
    });
    expect(refreshed.json.session).to.deep.include({ userId: p, recipeUserId: r });
  });
});
