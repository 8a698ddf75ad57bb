import { expect } from 'chai';
import { type CdiAnswer, type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { notFoundText } from '../multitenancy/paths.js';

const PATH = '/recipe/user/metadata';
const OK = { status: 'OK' };

describe('user metadata (31-metadata-roles.md A)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const update = (userId: string, metadataUpdate: unknown, at = cdi): Promise<CdiAnswer> =>
    at.put(PATH, { userId, metadataUpdate });

  async function metadataOf(userId: string, at = cdi): Promise<unknown> {
    const { json } = await at.get(`${PATH}?userId=${encodeURIComponent(userId)}`);
    expect(json).to.have.all.keys('status', 'metadata');
    return json.metadata;
  }

  async function bulk(...userIds: string[]): Promise<unknown> {
    const { json } = await cdi.post(`${PATH}/bulk`, { userIds });
    expect(json).to.have.all.keys('status', 'users');
    return json.users;
  }

  it('case 1: an id of which nothing is kept has an empty object', async () => {
    expect((await cdi.get(`${PATH}?userId=nobody`)).text).to.equal('{"metadata":{},"status":"OK"}\n');
  });

  it('cases 2 and 3: updates are merged at the top level, and the whole is the answer', async () => {
    const first = await update('case2', { a: 1, b: null, c: { x: null, y: 2 } });
    expect(first.text).to.equal('{"metadata":{"a":1,"c":{"x":null,"y":2}},"status":"OK"}\n');
    const second = await update('case2', { c: { z: 3 }, a: null, d: [1, null] });
    expect(second.text).to.equal('{"metadata":{"c":{"z":3},"d":[1,null]},"status":"OK"}\n');
    expect(await metadataOf('case2')).to.deep.equal({ c: { z: 3 }, d: [1, null] });
  });

  it('case 4: names the field that is missing or wrong', async () => {
    const invalid = (name: string) => badRequest(`Field name '${name}' is invalid in JSON input`);
    expect(refusal(await cdi.put(PATH, { userId: 'u' }))).to.deep.equal(invalid('metadataUpdate'));
    for (const metadataUpdate of [null, [], 'x', 1, true])
      expect(refusal(await update('u', metadataUpdate))).to.deep.equal(invalid('metadataUpdate'));
    for (const body of [{}, { metadataUpdate: {} }, { userId: 1, metadataUpdate: {} }, { userId: null }])
      expect(refusal(await cdi.put(PATH, body))).to.deep.equal(invalid('userId'));
    expect(refusal(await cdi.post(`${PATH}/remove`, {}))).to.deep.equal(invalid('userId'));
    expect(refusal(await cdi.get(PATH))).to.deep.equal(badRequest("Field name 'userId' is missing in GET request"));
    expect(refusal(await cdi.put(PATH, '{'))).to.deep.equal(badRequest('Invalid Json Input'));
  });

  it('case 5: an empty update of a fresh id is kept: null it is not', async () => {
    expect((await update('case5', {})).json).to.deep.equal({ metadata: {}, ...OK });
    expect(await bulk('case5', 'case5-other')).to.deep.equal([
      { userId: 'case5', metadata: {} },
      { userId: 'case5-other', metadata: null },
    ]);
  });

  it('case 5: a record, though empty, is in the way of mapping the id', async () => {
    const { id } = await signedUp(cdi, 'case5@example.org');
    await update(id, {});
    const map = { superTokensUserId: id, externalUserId: 'case5-external' };
    expect(refusal(await cdi.post('/recipe/userid/map', map))).to.deep.equal(
      badRequest('UserId is already in use in UserMetadata recipe'),
    );
    await cdi.post(`${PATH}/remove`, { userId: id });
    expect((await cdi.post('/recipe/userid/map', map)).json).to.deep.equal(OK);
  });

  it('case 6: is removed whether there is any or not', async () => {
    await update('case6', { a: 1 });
    for (const userId of ['case6', 'case6', 'case6-nobody']) {
      expect((await cdi.post(`${PATH}/remove`, { userId })).json).to.deep.equal(OK);
      expect(await metadataOf(userId)).to.deep.equal({});
      expect(await bulk(userId)).to.deep.equal([{ userId, metadata: null }]);
    }
    expect((await update('case6', { b: 2 })).json.metadata).to.deep.equal({ b: 2 });
    expect(await metadataOf('case6')).to.deep.equal({ b: 2 });
  });

  it('case 7: two first updates at once both count', async () => {
    for (let round = 0; round < 100; round++) {
      const userId = `case7-${round}`;
      await Promise.all([update(userId, { a: 1 }), update(userId, { b: 2 })]);
      expect(await metadataOf(userId)).to.deep.equal({ a: 1, b: 2 });
    }
  });

  it('case 8: many ids are answered one by one, in the order of the request', async () => {
    await update('case8-a', { x: 1 });
    expect(await bulk('case8-z', 'case8-a', 'case8-z')).to.deep.equal([
      { userId: 'case8-z', metadata: null },
      { userId: 'case8-a', metadata: { x: 1 } },
      { userId: 'case8-z', metadata: null },
    ]);
  });

  it('case 9: 500 ids are the most, and strings they are', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => `case9-${n}`);
    expect(await bulk(...ids(500))).to.have.length(500);
    const ask = async (body: unknown) => refusal(await cdi.post(`${PATH}/bulk`, body));
    const tooMany = badRequest('You can only query up to 500 users at a time.');
    expect(await ask({ userIds: ids(501) })).to.deep.equal(tooMany);
    expect(await ask({ userIds: Array.from({ length: 501 }, () => 1) })).to.deep.equal(tooMany);
    const notStrings = badRequest('userIds array must contain only strings');
    expect(await ask({ userIds: ['a', 1] })).to.deep.equal(notStrings);
    expect(await ask({ userIds: [null] })).to.deep.equal(notStrings);
    for (const body of [{}, { userIds: null }, { userIds: 'a' }])
      expect(await ask(body)).to.deep.equal(badRequest("Field name 'userIds' is invalid in JSON input"));
    expect(await bulk()).to.deep.equal([]);
  });

  it('W2: no ids at all are answered before the app and the tenant are looked at', async () => {
    for (const place of ['/appid-nope', '/t1'])
      expect((await cdi.post(`${place}${PATH}/bulk`, { userIds: [] }, '5.1')).json).to.deep.equal({ ...OK, users: [] });
    expect((await cdi.post(`/t1${PATH}/bulk`, { userIds: ['a'] }, '5.1')).status).to.equal(403);
  });

  it('case 10: belongs to the app: refused through another tenant from CDI 5.0 on', async () => {
    const t1 = await newTenant(cdi, 'case10');
    await update('case10', { a: 1 });
    const refused: readonly [string, string, unknown?][] = [
      ['GET', `${PATH}?userId=case10`],
      ['PUT', PATH, { userId: 'case10', metadataUpdate: { b: 2 } }],
      ['POST', `${PATH}/remove`, { userId: 'case10' }],
      ['POST', `${PATH}/bulk`, { userIds: ['case10'] }],
    ];
    for (const [method, path, body] of refused)
      expect(refusal(await t1.call(method, path, { body, cdi: '5.1' })), path).to.deep.equal([
        403,
        'Only public tenantId can call this app specific API\n',
      ]);
    expect((await t1.get(`${PATH}?userId=case10`, '4.0')).json).to.deep.equal({ metadata: { a: 1 }, ...OK });
    expect((await t1.put(PATH, { userId: 'case10', metadataUpdate: { c: 3 } }, '3.0')).json.metadata).to.deep.equal({
      a: 1,
      c: 3,
    });
    expect(await metadataOf('case10')).to.deep.equal({ a: 1, c: 3 });
  });

  it('is of one app, and of no unknown one', async () => {
    await cdi.put('/recipe/multitenancy/app/v2', { appId: 'm1' });
    await update('shared', { here: true });
    expect(await metadataOf('shared', cdi.at('/appid-m1'))).to.deep.equal({});
    expect(refusal(await cdi.get(`/appid-nope${PATH}?userId=u`))).to.deep.equal(
      badRequest(notFoundText('', 'nope', 'public')),
    );
  });

  it('A1: a value comes back as it was sent: digits, order, names of every kind', async () => {
    const sent = '{"b":9007199254740993,"2":1.0,"1":1e400,"__proto__":{"z":-0},"":"\\u00e9\\ud83d\\ude00","n":[0.10]}';
    const answer = await cdi.put(PATH, `{"metadataUpdate": ${sent.replaceAll(',', ' ,\n')}, "userId":"exact"}`);
    expect(answer.text).to.equal(`{"metadata":${sent},"status":"OK"}\n`);
    expect((await cdi.get(`${PATH}?userId=exact`)).text).to.equal(answer.text);
    const moved = await cdi.put(PATH, '{"userId":"exact","metadataUpdate":{"2":2.50,"n":null}}');
    expect(moved.text).to.equal(
      '{"metadata":{"b":9007199254740993,"1":1e400,"__proto__":{"z":-0},"":"\\u00e9\\ud83d\\ude00","2":2.50},"status":"OK"}\n',
    );
    expect((await cdi.post(`${PATH}/bulk`, { userIds: ['exact'] })).text).to.include('"b":9007199254740993,"1":1e400');
  });

  it('takes any text for an id, apart from too long ones, and trims nothing', async () => {
    for (const [n, userId] of [
      '',
      ' ',
      ' padded ',
      'ünï\u{1F600}',
      'x'.repeat(128),
      "'; drop table",
      'A',
      'a',
    ].entries()) {
      expect((await update(userId, { n })).json?.status, userId).to.equal('OK');
      expect(await metadataOf(userId)).to.deep.equal({ n });
    }
    expect(refusal(await update('x'.repeat(129), {}))).to.deep.equal(
      badRequest("Field name 'userId' must not be longer than 128 characters"),
    );
    expect(await metadataOf('x'.repeat(129))).to.deep.equal({});
  });

  it('W6: refuses what is too large to be one event', async () => {
    const value = 'x'.repeat(100_000);
    expect((await update('large', { value })).json.metadata).to.deep.equal({ value });
    const { status } = await update('large', { value: 'x'.repeat(1_000_000) });
    expect(status).to.equal(400);
    expect(await metadataOf('large')).to.deep.equal({ value });
  });

  it('case 11: goes with its user, and not with another', async () => {
    const { id } = await signedUp(cdi, 'case11@example.org');
    const { id: other } = await signedUp(cdi, 'case11-other@example.org');
    await update(id, { a: 1 });
    await update(other, { b: 2 });
    expect((await cdi.post('/user/remove', { userId: id })).json).to.deep.equal(OK);
    expect(await metadataOf(id)).to.deep.equal({});
    expect(await bulk(id)).to.deep.equal([{ userId: id, metadata: null }]);
    expect(await metadataOf(other)).to.deep.equal({ b: 2 });
    expect((await update(id, { c: 3 })).json.metadata).to.deep.equal({ c: 3 });
    expect(await metadataOf(id)).to.deep.equal({ c: 3 });
  });

  for (const by of ['SuperTokens id', 'external id'] as const)
    it(`case 11: of a mapped user, deleted by the ${by}, goes what is kept under the external id`, async () => {
      const name = `case11-${by.replace(' ', '-')}`;
      const { id } = await signedUp(cdi, `${name}@example.org`);
      await update(id, { internal: true });
      const map = { superTokensUserId: id, externalUserId: name, force: true };
      expect((await cdi.post('/recipe/userid/map', map)).json).to.deep.equal(OK);
      await update(name, { external: true });
      await cdi.post('/user/remove', { userId: by === 'external id' ? name : id });
      expect(await bulk(name, id)).to.deep.equal([
        { userId: name, metadata: null },
        { userId: id, metadata: { internal: true } },
      ]);
    });

  it('is there after a crash', async () => {
    await update('crash', { a: 1.0, b: 2 });
    await update('crash', { a: null });
    await annals.killAndRestart();
    expect(await metadataOf('crash')).to.deep.equal({ b: 2 });
    expect((await update('crash', { c: 3 })).json.metadata).to.deep.equal({ b: 2, c: 3 });
  });
});
