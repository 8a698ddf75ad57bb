import { expect } from 'chai';
import { type CdiAnswer, type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { isVerified, verificationToken, verified, verify } from '../emailverification/verifying.js';
import { MAP, mappedUser, mapUser, metadataOf, newSession, setMetadata, userById } from './mapped.js';

const OK = { status: 'OK' };
const UNKNOWN = { status: 'UNKNOWN_MAPPING_ERROR' };
const INFO = '/recipe/userid/external-user-id-info';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const inUse = (recipe: string) => badRequest(`UserId is already in use in ${recipe} recipe`);

describe('user-id mapping (32-users.md 7)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const map = (superTokensUserId: string, externalUserId: string, rest: object = {}, cdiVersion?: string) =>
    cdi.post(MAP, { superTokensUserId, externalUserId, ...rest }, cdiVersion);
  const mapping = async (userId: string, type?: string): Promise<CdiAnswer['json']> => {
    const query = new URLSearchParams({ userId, ...(type === undefined ? {} : { userIdType: type }) });
    return (await cdi.get(`${MAP}?${query}`)).json;
  };
  const remove = (userId: string, rest: object = {}) => cdi.post(`${MAP}/remove`, { userId, ...rest });

  it('case 30: is trimmed, and found by both ids', async () => {
    const { id } = await signedUp(cdi, 'case30@example.org');
    await mapUser(cdi, id, ' case30 ');
    const found = { status: 'OK', superTokensUserId: id, externalUserId: 'case30' };
    for (const userId of [id, 'case30', ' case30 ']) expect(await mapping(userId)).to.deep.equal(found);
    expect(await mapping(id, 'SUPERTOKENS')).to.deep.equal(found);
    expect(await mapping(' case30 ', ' EXTERNAL ')).to.deep.equal(found);
    expect(await mapping(id, 'EXTERNAL')).to.deep.equal(UNKNOWN);
    expect(await mapping('case30', 'SUPERTOKENS')).to.deep.equal(UNKNOWN);
    expect(await mapping('nobody')).to.deep.equal(UNKNOWN);
  });

  it('case 31: is unique on both sides, and needs a user', async () => {
    const { id } = await signedUp(cdi, 'case31@example.org');
    const { id: other } = await signedUp(cdi, 'case31-b@example.org');
    const exists = (doesSuperTokensUserIdExist: boolean, doesExternalUserIdExist: boolean) => ({
      status: 'USER_ID_MAPPING_ALREADY_EXISTS_ERROR',
      doesSuperTokensUserIdExist,
      doesExternalUserIdExist,
    });
    await mapUser(cdi, id, 'case31');
    expect((await map(id, 'case31')).json).to.deep.equal(exists(true, true));
    expect((await map(id, 'case31-b')).json).to.deep.equal(exists(true, false));
    expect((await map(other, 'case31')).json).to.deep.equal(exists(false, true));
    expect((await map(NOBODY, 'case31')).json).to.deep.equal(exists(false, true));
    for (const unknown of [NOBODY, 'x', 'case31'])
      expect((await map(unknown, 'case31-9')).json).to.deep.equal({ status: 'UNKNOWN_SUPERTOKENS_USER_ID_ERROR' });
  });

  it('of ten who map to one external id at once exactly one succeeds', async () => {
    const users = await Promise.all(Array.from({ length: 10 }, (_, n) => signedUp(cdi, `race-${n}@example.org`)));
    const answers = await Promise.all(users.map(({ id }) => map(id, 'race')));
    expect(answers.filter(({ json }) => json.status === 'OK')).to.have.length(1);
  });

  it('case 32: an external id that is a SuperTokens id takes force', async () => {
    const { id } = await signedUp(cdi, 'case32@example.org');
    const { id: other } = await signedUp(cdi, 'case32-b@example.org');
    expect(refusal(await map(id, other))).to.deep.equal(
      badRequest('Cannot create a userId mapping where the externalId is also a SuperTokens userID'),
    );
    expect((await map(id, other, { force: true })).json).to.deep.equal(OK);
  });

  it('case 33: an id that other recipes keep data under takes force', async () => {
    const { id } = await signedUp(cdi, 'case33@example.org');
    await setMetadata(cdi, id);
    expect(refusal(await map(id, 'case33'))).to.deep.equal(inUse('UserMetadata'));
    expect((await map(id, 'case33', { force: true })).json).to.deep.equal(OK);
    const { id: withSession } = await signedUp(cdi, 'case33-b@example.org');
    await newSession(cdi, withSession);
    expect(refusal(await map(withSession, 'case33-b'))).to.deep.equal(inUse('Session'));
  });

  it('case 33: marks move along from CDI 4.0 on, and are in the way before', async () => {
    const email = 'case33-c@example.org';
    const { id } = await signedUp(cdi, email);
    await verified(cdi, id, email);
    const token = await verificationToken(cdi, id, 'case33-d@example.org');
    expect(refusal(await map(id, 'case33-c', {}, '3.1'))).to.deep.equal(inUse('EmailVerification'));
    expect((await map(id, 'case33-c', {}, '4.0')).json).to.deep.equal(OK);
    expect((await userById(cdi, id)).loginMethods[0].verified).to.equal(true);
    expect(await isVerified(cdi, 'case33-c', email)).to.equal(true);
    expect(await isVerified(cdi, id, email)).to.equal(false);
    expect(await verify(cdi, token)).to.deep.equal({ status: 'OK', userId: 'case33-c', email: 'case33-d@example.org' });
  });

  it('case 33: marks and a role on 4.0: the role is in the way', async () => {
    const { id } = await signedUp(cdi, 'case33-e@example.org');
    await verified(cdi, id, 'case33-e@example.org');
    await cdi.put('/recipe/role', { role: 'case33' });
    expect((await cdi.put('/recipe/user/role', { userId: id, role: 'case33' })).json.status).to.equal('OK');
    expect(refusal(await map(id, 'case33-e', {}, '4.0'))).to.deep.equal(inUse('UserRoles'));
  });

  it('W19: marks that both ids have are merged', async () => {
    const email = 'w19@example.org';
    const { id } = await signedUp(cdi, email);
    await verified(cdi, id, email);
    await verified(cdi, 'w19', email);
    await mapUser(cdi, id, 'w19');
    expect(await isVerified(cdi, 'w19', email)).to.equal(true);
    expect(await isVerified(cdi, id, email)).to.equal(false);
  });

  it('W20: with force nothing moves, and the email counts as unverified', async () => {
    const { id } = await signedUp(cdi, 'w20@example.org');
    await verified(cdi, id, 'w20@example.org');
    await mapUser(cdi, id, 'w20', { force: true });
    expect((await userById(cdi, id)).loginMethods[0].verified).to.equal(false);
    expect(await isVerified(cdi, id, 'w20@example.org')).to.equal(true);
  });

  it('case 34: refuses malformed input with the text of the first field that fails', async () => {
    const post = async (body: object) => refusal(await cdi.post(MAP, body));
    const empty = (name: string) => badRequest(`Field name '${name}' cannot be an empty String`);
    const invalid = (name: string) => badRequest(`Field name '${name}' is invalid in JSON input`);
    const type = badRequest("Field name 'userIdType' should be one of 'SUPERTOKENS', 'EXTERNAL' or 'ANY'");
    expect(await post({})).to.deep.equal(invalid('superTokensUserId'));
    expect(await post({ superTokensUserId: ' ', externalUserId: '' })).to.deep.equal(empty('superTokensUserId'));
    expect(await post({ superTokensUserId: 'x', externalUserId: ' ' })).to.deep.equal(empty('externalUserId'));
    const ids = { superTokensUserId: 'x', externalUserId: 'y' };
    expect(await post({ ...ids, externalUserIdInfo: ' ' })).to.deep.equal(empty('externalUserIdInfo'));
    expect(await post({ ...ids, externalUserIdInfo: 1 })).to.deep.equal(invalid('externalUserIdInfo'));
    expect(await post({ ...ids, force: 'x' })).to.deep.equal(invalid('force'));
    expect((await map('x', 'y'.repeat(129))).status).to.equal(400);
    expect(refusal(await cdi.get(MAP))).to.deep.equal(badRequest("Field name 'userId' is missing in GET request"));
    expect(refusal(await cdi.get(`${MAP}?userId=%20`))).to.deep.equal(empty('userId'));
    expect(refusal(await cdi.get(`${MAP}?userId=x&userIdType=X`))).to.deep.equal(type);
    expect(refusal(await remove(' '))).to.deep.equal(empty('userId'));
    expect(refusal(await remove('x', { userIdType: 'X' }))).to.deep.equal(type);
    expect(refusal(await cdi.put(INFO, { userId: 'x', userIdType: 'X' }))).to.deep.equal(type);
    expect(refusal(await cdi.put(INFO, { userId: 'x' }))).to.deep.equal(invalid('externalUserIdInfo'));
    expect(refusal(await cdi.put(INFO, { userId: 'x', externalUserIdInfo: ' ' }))).to.deep.equal(
      empty('externalUserIdInfo'),
    );
  });

  it('case 34: what is noted about an external id can be given, replaced and cleared', async () => {
    const { id } = await signedUp(cdi, 'case34@example.org');
    await mapUser(cdi, id, 'case34', { externalUserIdInfo: null });
    expect(await mapping(id)).to.not.have.property('externalUserIdInfo');
    const put = async (body: object) => (await cdi.put(INFO, body)).json;
    expect(await put({ userId: 'case34', externalUserIdInfo: ' a note ' })).to.deep.equal(OK);
    expect((await mapping(id)).externalUserIdInfo).to.equal('a note');
    expect(await put({ userId: id, userIdType: 'EXTERNAL', externalUserIdInfo: null })).to.deep.equal(UNKNOWN);
    expect(await put({ userId: id, userIdType: 'SUPERTOKENS', externalUserIdInfo: null })).to.deep.equal(OK);
    expect(await mapping(id)).to.not.have.property('externalUserIdInfo');
    expect(await put({ userId: 'nobody', externalUserIdInfo: 'x' })).to.deep.equal(UNKNOWN);
  });

  it('W18: takes POST for the note and null for the type of id', async () => {
    await mappedUser(cdi, 'w18@example.org', 'w18');
    const note = { userId: 'w18', userIdType: null, externalUserIdInfo: 'x' };
    expect((await cdi.post(INFO, note)).json).to.deep.equal(OK);
    expect((await mapping('w18')).externalUserIdInfo).to.equal('x');
    expect((await remove('w18', { userIdType: null })).json).to.deep.equal({ ...OK, didMappingExist: true });
  });

  it('case 35: data under the external id are in the way of removal, unless it is forced', async () => {
    const id = await mappedUser(cdi, 'case35@example.org', 'case35');
    const none = { ...OK, didMappingExist: false };
    expect((await remove('case35', { userIdType: 'SUPERTOKENS' })).json).to.deep.equal(none);
    await setMetadata(cdi, 'case35');
    expect(refusal(await remove(id))).to.deep.equal(inUse('UserMetadata'));
    expect((await remove(id, { force: true })).json).to.deep.equal({ ...OK, didMappingExist: true });
    expect((await remove(id, { force: true })).json).to.deep.equal(none);
    expect(await metadataOf(cdi, 'case35')).to.deep.equal({ a: 1 });
    expect((await userById(cdi, id)).id).to.equal(id);
    expect(await userById(cdi, 'case35')).to.equal('UNKNOWN_USER_ID_ERROR');
    await mapUser(cdi, id, 'case35');
  });

  it('case 36: an id on both sides stands for its own mapping first', async () => {
    const { id: u1 } = await signedUp(cdi, 'case36-1@example.org');
    const { id: u2 } = await signedUp(cdi, 'case36-2@example.org');
    await mapUser(cdi, u1, 'case36');
    await mapUser(cdi, u2, u1, { force: true });
    expect((await mapping(u1)).superTokensUserId).to.equal(u1);
    expect((await mapping(u1, 'EXTERNAL')).superTokensUserId).to.equal(u2);
    expect((await cdi.put(INFO, { userId: u1, externalUserIdInfo: 'one' })).json).to.deep.equal(OK);
    expect(await mapping(u2)).to.not.have.property('externalUserIdInfo');
    expect((await userById(cdi, u1)).emails, 'W10: everybody is found by the own id').to.deep.equal([
      'case36-1@example.org',
    ]);
    expect((await remove(u1, { userIdType: 'EXTERNAL' })).json.didMappingExist).to.equal(true);
    expect(await mapping(u2)).to.deep.equal(UNKNOWN);
    await mapUser(cdi, u2, u1, { force: true });
    expect((await remove(u1)).json.didMappingExist).to.equal(true);
    expect((await mapping(u1)).superTokensUserId).to.equal(u2);
    expect((await cdi.put(INFO, { userId: u1, externalUserIdInfo: 'two' })).json).to.deep.equal(UNKNOWN);
  });

  it('is app-specific', async () => {
    const t1 = await newTenant(cdi, 'app-specific');
    const body = { superTokensUserId: 'x', externalUserId: 'y' };
    expect((await t1.post(MAP, body, '5.0')).status).to.equal(403);
    expect((await t1.post(MAP, body, '4.0')).json.status).to.equal('UNKNOWN_SUPERTOKENS_USER_ID_ERROR');
    expect((await t1.get(`${MAP}?userId=x`, '5.0')).status).to.equal(403);
    expect((await t1.post(`${MAP}/remove`, { userId: 'x' }, '5.0')).status).to.equal(403);
    expect((await t1.put(INFO, { userId: 'x', externalUserIdInfo: 'x' }, '5.0')).status).to.equal(403);
    expect((await cdi.get(`/appid-nope${MAP}?userId=x`)).text).to.match(/^AppId or tenantId not found => /);
  });
});
