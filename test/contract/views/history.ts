import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

const CDI = '5.3';

async function accepted(answer: Promise<CdiAnswer>): Promise<CdiAnswer['json']> {
  const { status, text, json } = await answer;
  if (status !== 200) throw new Error(`refused with ${status}: ${text}`);
  return json;
}

/**
 * Makes history through the interface: people who sign up, get sessions, refresh, change and leave, a tenant and an app
 * that come and go. What a person goes through depends on the number.
 *
 * @param name unique, lower-case; part of emails, tenants and apps
 */
export async function makeHistory(cdi: CdiClient, name: string, people: number): Promise<void> {
  await accepted(cdi.put('/recipe/multitenancy/tenant/v2', { tenantId: `${name}-t` }, CDI));
  await accepted(cdi.put('/recipe/multitenancy/app/v2', { appId: `${name}-a` }, CDI));
  const places = [cdi, cdi.at(`/${name}-t`), cdi.at(`/appid-${name}-a`)];
  for (let n = 0; n < people; n++) {
    const place = places[n % 4] ?? cdi;
    const app = n % 4 === 2 ? place : cdi;
    await livePerson(place, app, `${name}-${n}`, n);
  }
  await accepted(cdi.post('/recipe/multitenancy/tenant/remove', { tenantId: `${name}-t` }, CDI));
  await accepted(cdi.post('/recipe/multitenancy/app/remove', { appId: `${name}-a` }, CDI));
}

async function livePerson(place: CdiClient, app: CdiClient, name: string, n: number): Promise<void> {
  const email = `${name}@example.org`;
  const { user } = await accepted(place.post('/recipe/signup', { email, password: 'p' }, CDI));
  const session = {
    userId: user.id,
    userDataInJWT: { n },
    userDataInDatabase: { n },
    enableAntiCsrf: false,
    useDynamicSigningKey: true,
  };
  const first = await accepted(place.post('/recipe/session', session, CDI));
  const second = await accepted(place.post('/recipe/session', session, CDI));
  if (n % 2 === 0) {
    const refresh = { refreshToken: first.refreshToken.token, enableAntiCsrf: false, useDynamicSigningKey: true };
    const refreshed = await accepted(app.post('/recipe/session/refresh', refresh, CDI));
    await app.post('/recipe/session/refresh', { ...refresh, refreshToken: refreshed.refreshToken.token }, CDI);
  }
  const sessionHandle = first.session.handle;
  if (n % 3 === 0) {
    await accepted(app.put('/recipe/session/data', { sessionHandle, userDataInDatabase: { changed: n } }, CDI));
    await accepted(app.put('/recipe/jwt/data', { sessionHandle, userDataInJWT: { changed: n } }, CDI));
    await accepted(app.put('/recipe/user', { recipeUserId: user.id, email: `new-${email}` }, CDI));
  }
  if (n % 5 === 0)
    await accepted(place.post('/recipe/user/password/reset/token', { userId: user.id, email: `new-${email}` }, CDI));
  await knowPerson(place, app, user.id, n);
  await keepOfPerson(place, app, user.id, n);
  if (n % 4 === 1) await accepted(app.post('/recipe/session/remove', { sessionHandles: [second.session.handle] }, CDI));
  if (n % 7 === 6) await accepted(app.post('/user/remove', { userId: user.id }, CDI));
}

/** Emails of a person that are verified, or may yet be, and ids that come and go. */
async function knowPerson(place: CdiClient, app: CdiClient, userId: string, n: number): Promise<void> {
  const verify = '/recipe/user/email/verify';
  const externalUserId = `external-${userId}`;
  for (const email of ['one@example.org', 'two@example.org']) {
    const { token } = await accepted(place.post(`${verify}/token`, { userId, email }, CDI));
    if (n % 2 === 0) await accepted(place.post(verify, { method: 'token', token }, CDI));
  }
  if (n % 3 === 0) await accepted(app.post(`${verify}/remove`, { userId, email: 'one@example.org' }, CDI));
  if (n % 6 === 5) await accepted(place.post(`${verify}/token/remove`, { userId, email: 'one@example.org' }, CDI));
  if (n % 7 < 5) return;
  const map = { superTokensUserId: userId, externalUserId, externalUserIdInfo: `info ${n}`, force: true };
  await accepted(app.post('/recipe/userid/map', map, CDI));
  const info = { userId, externalUserIdInfo: null };
  await accepted(app.put('/recipe/userid/external-user-id-info', info, CDI));
  if (n % 7 === 5) await accepted(app.post('/recipe/userid/map/remove', { userId, force: true }, CDI));
}

/** Metadata and roles of a person, which come and go as well. */
async function keepOfPerson(place: CdiClient, app: CdiClient, userId: string, n: number): Promise<void> {
  const metadata = '/recipe/user/metadata';
  const role = `role-${n % 3}`;
  await accepted(app.put(metadata, { userId, metadataUpdate: { n, first: true } }, CDI));
  await accepted(app.put(metadata, { userId, metadataUpdate: { first: null, second: [n] } }, CDI));
  if (n % 4 === 2) await accepted(app.post(`${metadata}/remove`, { userId }, CDI));
  if (n % 8 === 2) await accepted(app.put(metadata, { userId, metadataUpdate: { again: n } }, CDI));
  await accepted(app.put('/recipe/role', { role, permissions: ['read', `p${n}`] }, CDI));
  for (const at of [place, app]) await accepted(at.put('/recipe/user/role', { userId, role }, CDI));
  if (n % 5 === 3) await accepted(place.post('/recipe/user/role/remove', { userId, role }, CDI));
  if (n % 6 === 5) await accepted(app.post('/recipe/role/permissions/remove', { role, permissions: ['read'] }, CDI));
  if (n === 9) await accepted(app.post('/recipe/role/remove', { role }, CDI));
}
