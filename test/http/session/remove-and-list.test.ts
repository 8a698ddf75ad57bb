import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { createApp, createSession, createTenant, eventually, GONE, getSession } from './tokens.js';

const ONE_OF = 'Invalid JSON input - use one of userId or sessionHandles array\n';
const PUBLIC_ONLY = 'Only public tenantId can call this app specific API\n';

describe('remove and list sessions (20-session.md 9.6, 9.7)', () => {
  let annals: Annals;
  let root: CdiClient;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    root = cdiClient(annals.url);
    cdi = await createApp(root, 'a1');
    await createTenant(cdi, 't1');
    await createTenant(cdi, 't2');
  });

  after(() => annals.stop());

  const remove = (body: object, version = '5.4', client = cdi) => client.post('/recipe/session/remove', body, version);
  const list = async (client: CdiClient, query: string, version = '5.4') =>
    (await client.get(`/recipe/session/user?${query}`, version)).json?.sessionHandles;

  it('case 51: removing by handle answers those that there were', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => createSession(cdi)));
    const [s1, s2, s3, s4] = made.map(({ handle }) => handle);
    const revoked = async (...sessionHandles: unknown[]) => (await remove({ sessionHandles })).json;
    expect((await revoked(s2, s4)).sessionHandlesRevoked).to.have.members([s2, s4]);
    expect((await revoked(s1, s2, s3, s4, s1)).sessionHandlesRevoked).to.have.members([s1, s3]);
    expect(await revoked('unknown')).to.deep.equal({ status: 'OK', sessionHandlesRevoked: [] });
    expect(await getSession(cdi, s1 ?? '')).to.deep.equal(GONE);
  });

  it('case 52: fields exclude each other', async () => {
    for (const body of [{}, { userId: 'u', sessionHandles: [] }]) {
      const { status, text } = await remove(body);
      expect([status, text]).to.deep.equal([400, ONE_OF]);
    }
    for (const field of ['revokeAcrossAllTenants', 'revokeSessionsForLinkedAccounts']) {
      const { status, text } = await remove({ sessionHandles: [], [field]: false });
      expect([status, text]).to.deep.equal([400, `Invalid JSON input - ${field} can only be set if userId is set\n`]);
    }
    const { text } = await remove({ sessionHandles: ['a', 7] });
    expect(text).to.equal("Field name 'sessionHandles' is invalid in JSON input\n");
  });

  it('case 53: sessions of a user, in all tenants or in one', async () => {
    const handles = [];
    for (const client of [cdi, cdi.at('/t1'), cdi.at('/t2')]) {
      handles.push((await createSession(client, { userId: 'spread' })).handle);
    }
    expect(await list(cdi.at('/t1'), 'userId=spread&fetchAcrossAllTenants=false')).to.deep.equal([handles[1]]);
    expect(await list(cdi, 'userId=spread')).to.have.members(handles);
    expect(await list(cdi, 'userId=spread&fetchAcrossAllTenants=TRUE')).to.have.members(handles);
    expect(await list(cdi, 'userId=spread&fetchAcrossAllTenants=banana')).to.deep.equal([handles[0]]);
    const refused = await cdi.at('/t1').get('/recipe/session/user?userId=spread', '5.0');
    expect([refused.status, refused.text]).to.deep.equal([403, PUBLIC_ONLY]);
    expect(await list(cdi.at('/t1'), 'userId=spread', '4.0')).to.have.members(handles);
    expect(await list(cdi.at('/public'), 'userId=spread')).to.have.members(handles);

    expect((await remove({ userId: 'spread' }, '5.0', cdi.at('/t2'))).status).to.equal(403);
    const inTenant = await remove({ userId: 'spread', revokeAcrossAllTenants: false }, '5.4', cdi.at('/t2'));
    expect(inTenant.json.sessionHandlesRevoked).to.deep.equal([handles[2]]);
    const rest = await remove({ userId: 'spread' });
    expect(rest.json.sessionHandlesRevoked).to.have.members(handles.slice(0, 2));
    expect(await list(cdi, 'userId=spread')).to.deep.equal([]);
  });

  it('an unknown tenant is a 400 when one tenant is asked for', async () => {
    const ghost = cdi.at('/t404');
    expect((await ghost.get('/recipe/session/user?userId=u&fetchAcrossAllTenants=false')).status).to.equal(400);
    expect((await remove({ userId: 'u', revokeAcrossAllTenants: false }, '5.4', ghost)).status).to.equal(400);
  });

  it('case 55: expired sessions are neither listed nor removed by user', async () => {
    const app = await createApp(root, 'expiring', { refresh_token_validity: 0.0001 });
    const expired = await createSession(app);
    await createSession(app);
    await createApp(root, 'expiring', { refresh_token_validity: 1000 });
    const alive = await Promise.all([createSession(app), createSession(app)]);
    const handles = alive.map(({ handle }) => handle);
    await eventually(
      () => getSession(app, expired.handle),
      ({ status }) => status !== 'OK',
    );
    expect(await getSession(app, expired.handle)).to.deep.equal(GONE);
    const listed = await eventually(
      () => list(app, 'userId=u1'),
      (found) => found.length === 2,
    );
    expect(listed).to.have.members(handles);
    const removed = await app.post('/recipe/session/remove', { userId: 'u1' });
    expect(removed.json.sessionHandlesRevoked).to.have.members(handles);
    const byHandle = await app.post('/recipe/session/remove', { sessionHandles: [expired.handle] });
    expect(byHandle.json.sessionHandlesRevoked, 'by handle it is still there').to.deep.equal([expired.handle]);
  });

  it('case 64: empty lists and handles', async () => {
    for (const sessionHandles of [[], [''], ['_']]) {
      const { json } = await remove({ sessionHandles });
      expect(json).to.deep.equal({ status: 'OK', sessionHandlesRevoked: [] });
    }
  });

  it('an unknown tenant in one suffix refuses all handles', async () => {
    const { handle } = await createSession(cdi);
    const { status } = await remove({ sessionHandles: [handle, 'abc_t404'] });
    expect(status).to.equal(400);
    expect((await getSession(cdi, handle)).status).to.equal('OK');
  });

  it('many sessions end at once', async () => {
    const made = await Promise.all(Array.from({ length: 150 }, () => createSession(cdi, { userId: 'many' })));
    const { json } = await remove({ userId: 'many' });
    expect(json.sessionHandlesRevoked).to.have.members(made.map(({ handle }) => handle));
    expect(await list(cdi, 'userId=many')).to.deep.equal([]);
  });

  it('sessions, revocations and keys survive SIGKILL', async () => {
    const [kept, revoked] = [await createSession(cdi), await createSession(cdi)];
    await remove({ sessionHandles: [revoked.handle] });
    await annals.killAndRestart();
    expect((await getSession(cdi, kept.handle)).status).to.equal('OK');
    expect(await getSession(cdi, revoked.handle)).to.deep.equal(GONE);
    const body = { accessToken: kept.accessToken, doAntiCsrfCheck: false, enableAntiCsrf: false, checkDatabase: true };
    expect((await cdi.post('/recipe/session/verify', body, '5.4')).json.status).to.equal('OK');
  });
});
