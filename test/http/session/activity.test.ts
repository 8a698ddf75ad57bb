import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { createApp, createSession, eventually, getSession, refresh, verifySession } from './tokens.js';

describe('what counts as activity of a user (20-session.md 14)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = await createApp(cdiClient(annals.url), 'a1');
  });

  after(() => annals.stop());

  const activeSince = async (since: number): Promise<number> =>
    (await cdi.get(`/users/count/active?since=${since}`)).json.count;

  /** A moment after everything that happened so far. */
  const nextMoment = async (): Promise<number> => {
    const now = Date.now();
    return eventually(
      async () => Date.now(),
      (later) => later > now,
    );
  };

  it('create, refresh and remove by user do; verify, get and remove by handle do not', async () => {
    let since = await nextMoment();
    const { handle, accessToken, refreshToken } = await createSession(cdi, { userId: 'unknown to every recipe' });
    expect(await activeSince(since), 'create').to.equal(1);

    since = await nextMoment();
    await verifySession(cdi, accessToken);
    await getSession(cdi, handle);
    await cdi.post('/recipe/session/regenerate', { accessToken, userDataInJWT: { k: 1 } });
    const other = await createSession(cdi, { userId: 'another' });
    expect(await activeSince(since)).to.equal(1);
    since = await nextMoment();
    await cdi.post('/recipe/session/remove', { sessionHandles: [other.handle] });
    expect(await activeSince(since), 'verify, get, regenerate, remove by handle').to.equal(0);

    await refresh(cdi, refreshToken);
    expect(await activeSince(since), 'refresh').to.equal(1);
    since = await nextMoment();
    await cdi.post('/recipe/session/remove', { userId: 'nobody at all' });
    expect(await activeSince(since), 'W18: remove by user, even an unknown one').to.equal(1);
  });
});
