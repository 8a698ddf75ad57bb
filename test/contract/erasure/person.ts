import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

/** What gives a person away. All of it begins with one of two words, so that what is forgotten here is found as well. */
const MARK = 'erasable';
export const PHONE_DIGITS = '2071838799';

const PHONE = `+44${PHONE_DIGITS}`;
const FIRST_EMAIL = `${MARK}-first@example.org`;
const EMAIL = `${MARK}-email@example.org`;
const ACCOUNT = `${MARK}-account`;
const FIRST_ACCOUNT_EMAIL = `${MARK}-first-account@example.org`;
const ACCOUNT_EMAIL = `${MARK}-account-email@example.org`;
const CONTACT_EMAIL = `${MARK}-contact@example.org`;
const EXTERNAL_ID = `${MARK}-external-id`;
const NOTE = `${MARK}-note`;
const LINKED_EXTERNAL_ID = `${MARK}-linked-external-id`;
const CLAIM = `${MARK}-claim`;
const DATUM = `${MARK}-datum`;
const FIRST_DATUM = `${MARK}-first-datum`;
const LINKED_CLAIM = `${MARK}-linked-claim`;
const METADATUM = `${MARK}-metadatum`;
const FIRST_METADATUM = `${MARK}-first-metadatum`;
const RESET_EMAIL = `${MARK}-reset@example.org`;
const UNVERIFIED_EMAIL = `${MARK}-unverified@example.org`;
const PASSWORD = `${MARK}-password`;

export const NEEDLES = {
  /** What all of a person's texts have in common. */
  common: [MARK, PHONE_DIGITS],
  /** What clients are shown while the person is there: the views hold it. */
  shown: [
    ...[EMAIL, ACCOUNT, ACCOUNT_EMAIL, CONTACT_EMAIL, PHONE_DIGITS, EXTERNAL_ID, NOTE, LINKED_EXTERNAL_ID],
    ...[CLAIM, DATUM, METADATUM],
  ],
  /** What was changed or ended since, or is never shown: the log alone holds it. */
  past: [
    ...[FIRST_EMAIL, FIRST_ACCOUNT_EMAIL, FIRST_DATUM, FIRST_METADATUM, LINKED_CLAIM, RESET_EMAIL, UNVERIFIED_EMAIL],
  ],
} as const;

/** The ids of a person: three linked login methods and the sessions. */
export interface Person {
  readonly primaryId: string;
  readonly recipeUserIds: readonly string[];
  readonly sessionHandles: readonly string[];
}

const TENANT = 'erasure';
const ROLE = 'reader';
const passwordless = { headers: { rid: 'passwordless' } };

/**
 * Makes a person of whom everything is kept that can be: by email and password, third party and code, linked; external
 * ids, verified emails, sessions in two tenants, metadata, roles; codes and tokens that are under way.
 */
export async function makePerson(cdi: CdiClient): Promise<Person> {
  const tenant = cdi.at(`/${TENANT}`);
  await ok(cdi.put('/recipe/multitenancy/tenant/v2', { tenantId: TENANT, firstFactors: null }));

  const byPassword = (await ok(cdi.post('/recipe/signup', { email: FIRST_EMAIL, password: PASSWORD }))).recipeUserId;
  await ok(cdi.put('/recipe/user', { recipeUserId: byPassword, email: EMAIL }));
  await ok(tenant.post('/recipe/multitenancy/tenant/user', { recipeUserId: byPassword }));
  const byAccount = (await ok(signInByAccount(cdi, FIRST_ACCOUNT_EMAIL))).recipeUserId;
  await ok(signInByAccount(cdi, ACCOUNT_EMAIL));
  const byCode = (await signedInByCode(cdi)).recipeUserId;
  await ok(cdi.call('PUT', '/recipe/user', { ...passwordless, body: { recipeUserId: byCode, email: CONTACT_EMAIL } }));
  await map(cdi, byPassword, EXTERNAL_ID, NOTE);
  await map(cdi, byAccount, LINKED_EXTERNAL_ID, `${NOTE}-of-the-linked`);

  // To be linked ends the sessions of the one that is linked.
  const ended = await newSession(cdi, LINKED_EXTERNAL_ID, LINKED_CLAIM, DATUM);
  await ok(cdi.post('/recipe/accountlinking/user/primary', { recipeUserId: byPassword }));
  for (const recipeUserId of [byAccount, byCode])
    await ok(cdi.post('/recipe/accountlinking/user/link', { recipeUserId, primaryUserId: byPassword }));

  await verify(cdi, EXTERNAL_ID, EMAIL);
  await verify(cdi, LINKED_EXTERNAL_ID, ACCOUNT_EMAIL);
  await ok(cdi.post('/recipe/user/email/verify/token', { userId: EXTERNAL_ID, email: UNVERIFIED_EMAIL }));
  await ok(cdi.post('/recipe/user/password/reset/token', { userId: EXTERNAL_ID, email: RESET_EMAIL }));
  const handles = [
    await newSession(cdi, EXTERNAL_ID, CLAIM, FIRST_DATUM),
    await newSession(tenant, byAccount, `${CLAIM}-2`, DATUM),
  ];
  const replaced = { sessionHandle: handles[0], userDataInDatabase: { datum: DATUM } };
  await ok(cdi.put('/recipe/session/data', replaced));
  for (const userId of [EXTERNAL_ID, LINKED_EXTERNAL_ID, byCode])
    for (const datum of [FIRST_METADATUM, METADATUM])
      await ok(cdi.put('/recipe/user/metadata', { userId, metadataUpdate: { datum, [`${MARK}-key`]: 1 } }));
  await ok(cdi.put('/recipe/role', { role: ROLE }));
  for (const place of [cdi, tenant]) await ok(place.put('/recipe/user/role', { userId: EXTERNAL_ID, role: ROLE }));
  await ok(signIn(cdi, PASSWORD));
  expect((await signIn(cdi, 'wrong')).json.status).to.equal('WRONG_CREDENTIALS_ERROR');
  for (const contact of [{ phoneNumber: PHONE }, { email: CONTACT_EMAIL }]) await newCode(cdi, contact);
  return {
    primaryId: byPassword,
    recipeUserIds: [byPassword, byAccount, byCode],
    sessionHandles: [ended, ...handles],
  };
}

/** Removes the person with all that is linked. */
export async function removePerson(cdi: CdiClient): Promise<void> {
  expect((await cdi.post('/user/remove', { userId: EXTERNAL_ID })).json).to.deep.equal({ status: 'OK' });
}

/** Makes sure that no answer says anything of the person any more. */
export async function expectGone(cdi: CdiClient, { recipeUserIds, sessionHandles }: Person): Promise<void> {
  for (const id of [...recipeUserIds, EXTERNAL_ID, LINKED_EXTERNAL_ID]) {
    expect((await cdi.get(`/user/id?userId=${id}`)).json, id).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
    expect((await cdi.get(`/recipe/userid/map?userId=${id}`)).json.status, id).to.equal('UNKNOWN_MAPPING_ERROR');
    expect((await cdi.get(`/recipe/user/metadata?userId=${id}`)).json.metadata, id).to.deep.equal({});
    const sessions = await cdi.get(`/recipe/session/user?userId=${id}`);
    expect(sessions.json.sessionHandles, id).to.deep.equal([]);
  }
  for (const handle of sessionHandles)
    expect((await cdi.get(`/recipe/session?sessionHandle=${handle}`)).json.status).to.equal('UNAUTHORISED');
  for (const place of [cdi, cdi.at(`/${TENANT}`)])
    expect((await place.get(`/recipe/role/users?role=${ROLE}`)).json.users).to.deep.equal([]);
  for (const [userId, email] of [
    [EXTERNAL_ID, EMAIL],
    [LINKED_EXTERNAL_ID, ACCOUNT_EMAIL],
  ])
    expect((await cdi.get(`/recipe/user/email/verify?userId=${userId}&email=${email}`)).json.isVerified).to.equal(
      false,
    );
  for (const query of [`phoneNumber=${encodeURIComponent(PHONE)}`, `email=${CONTACT_EMAIL}`])
    expect((await cdi.get(`/recipe/signinup/codes?${query}`)).json.devices).to.deep.equal([]);
}

/** Makes sure that somebody else may be whom the person was. */
export async function expectFree(cdi: CdiClient): Promise<void> {
  await ok(cdi.post('/recipe/signup', { email: EMAIL, password: 'p' }));
  for (const again of [await signInByAccount(cdi, ACCOUNT_EMAIL), { json: await signedInByCode(cdi) }])
    expect(again.json).to.deep.include({ status: 'OK', createdNewUser: true });
}

async function ok(answer: Promise<CdiAnswer>): Promise<CdiAnswer['json']> {
  const { json, text } = await answer;
  expect(json?.status, text).to.equal('OK');
  return json;
}

const signIn = (cdi: CdiClient, password: string) => cdi.post('/recipe/signin', { email: EMAIL, password });

function signInByAccount(cdi: CdiClient, email: string): Promise<CdiAnswer> {
  const account = { thirdPartyId: 'google', thirdPartyUserId: ACCOUNT };
  return cdi.post('/recipe/signinup', { ...account, email: { id: email, isVerified: true } });
}

const newCode = (cdi: CdiClient, contact: object) => ok(cdi.post('/recipe/signinup/code', contact));

async function signedInByCode(cdi: CdiClient): Promise<CdiAnswer['json']> {
  const { preAuthSessionId, linkCode } = await newCode(cdi, { phoneNumber: PHONE });
  return ok(cdi.post('/recipe/signinup/code/consume', { preAuthSessionId, linkCode }));
}

const map = (cdi: CdiClient, superTokensUserId: string, externalUserId: string, externalUserIdInfo: string) =>
  ok(cdi.post('/recipe/userid/map', { superTokensUserId, externalUserId, externalUserIdInfo }));

async function verify(cdi: CdiClient, userId: string, email: string): Promise<void> {
  const { json } = await cdi.post('/recipe/user/email/verify/token', { userId, email });
  // What a third party vouches for is verified already.
  if (json.status === 'EMAIL_ALREADY_VERIFIED_ERROR') return;
  await ok(cdi.post('/recipe/user/email/verify', { method: 'token', token: json.token }));
}

async function newSession(cdi: CdiClient, userId: string, claim: string, datum: string): Promise<string> {
  const data = { userDataInJWT: { claim }, userDataInDatabase: { datum }, enableAntiCsrf: false };
  return (await ok(cdi.post('/recipe/session', { userId, ...data }))).session.handle;
}
