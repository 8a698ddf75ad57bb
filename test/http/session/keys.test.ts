import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { createApp, createSession, decode, eventually, keysOf, verified, verifySession } from './tokens.js';

const JWT = {
  algorithm: 'rs256',
  jwksDomain: 'https://api.example.org',
  payload: { a: null, iss: 'me', nested: [{ b: 1 }] },
  validity: 3600,
};

describe('signing keys, JWKS and JWT (20-session.md 6, 10)', () => {
  let annals: Annals;
  let root: CdiClient;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    root = cdiClient(annals.url);
    cdi = await createApp(root, 'a1');
  });

  after(() => annals.stop());

  const maxAgeOf = async (client: CdiClient) => {
    const { headers } = await client.get('/.well-known/jwks.json');
    const [, seconds] = /^max-age=(\d+), must-revalidate$/.exec(headers.get('cache-control') ?? '') ?? [];
    return Number(seconds);
  };

  it('case 56: a new app has a dynamic and a static key', async () => {
    const app = await createApp(root, 'fresh');
    const { json } = await app.get('/.well-known/jwks.json');
    expect(json).to.have.all.keys('keys');
    expect(json.keys.map((key: { kid: string }) => key.kid[0])).to.deep.equal(['d', 's']);
    for (const key of json.keys) {
      expect(key).to.have.all.keys('kty', 'kid', 'n', 'e', 'alg', 'use');
      const modulus = Buffer.from(key.n, 'base64url');
      expect([modulus.length, modulus[0] !== 0], 'no leading zero').to.deep.equal([256, true]);
    }
    expect(await maxAgeOf(app)).to.be.within(604_738 - 20, 604_740);
    const hourly = await createApp(root, 'hourly', { access_token_dynamic_signing_key_update_interval: 1 });
    expect(await maxAgeOf(hourly)).to.be.within(3_520, 3_540);
  });

  it('case 66: the default cache time starts with 60, and versions are checked', async () => {
    const { headers } = await cdi.get('/.well-known/jwks.json', '5.4');
    expect(headers.get('cache-control')).to.match(/^max-age=60\d+, must-revalidate$/);
    for (const version of ['99.0', 'abc']) {
      expect((await cdi.get('/.well-known/jwks.json', version)).status).to.equal(400);
    }
  });

  it("conventions cases 41 and 42: the key set is the app's, whatever the tenant", async () => {
    const { status, json } = await cdi.at('/ghost').get('/.well-known/jwks.json');
    expect(status).to.equal(200);
    expect(json.keys).to.deep.equal(await keysOf(cdi));
    expect((await root.get('/appid-ghost/.well-known/jwks.json')).status).to.equal(400);
    const other = await createApp(root, 'other');
    const shared = (await keysOf(other)).filter(({ n }) => json.keys.some((key: { n: string }) => key.n === n));
    expect(shared, 'apps never share keys').to.deep.equal([]);
  });

  it('the deprecated key set has a status, no cache header, and levels', async () => {
    const { json, headers } = await cdi.get('/recipe/jwt/jwks', '5.4');
    expect(json).to.deep.equal({ keys: await keysOf(cdi), status: 'OK' });
    expect(headers.get('cache-control')).to.equal(null);
    expect((await cdi.get('/ghost/recipe/jwt/jwks', '5.0')).status).to.equal(403);
    expect((await cdi.get('/ghost/recipe/jwt/jwks', '4.0')).status).to.equal(200);
  });

  it('the first sessions of an app at once share its keys', async () => {
    const app = await createApp(root, 'rush');
    const made = await Promise.all(Array.from({ length: 20 }, () => createSession(app)));
    expect(new Set(made.map(({ accessToken }) => decode(accessToken).header.kid)).size).to.equal(1);
    expect(await keysOf(app)).to.have.lengthOf(2);
  });

  it('case 58: the next key is published before it signs, and the last one verifies on', async () => {
    const interval = 2_000;
    const overlap = interval / 5;
    const app = await createApp(root, 'rotating', { access_token_dynamic_signing_key_update_interval: 2 / 3600 });
    const first = await createSession(app);
    const firstKid = decode(first.accessToken).header.kid;
    const createdAt = (kid: unknown) => Number(String(kid).slice(2));
    let publishedEarly = false;
    const second = await eventually(
      async () => {
        const dynamic = (await keysOf(app)).filter(({ kid }) => String(kid).startsWith('d-'));
        const session = await createSession(app);
        const { kid } = decode(session.accessToken).header;
        if (kid === firstKid && dynamic.length === 2) publishedEarly = true;
        return kid;
      },
      (kid) => kid !== firstKid,
    );
    expect(publishedEarly, 'published while the first one signed').to.equal(true);
    expect(createdAt(second) - createdAt(firstKid)).to.be.at.least(interval - overlap);
    const { json } = await verifySession(app, first.accessToken);
    expect(json.status, 'tokens of the first key verify on').to.equal('OK');
    expect((await verified(app, first.accessToken)).header.kid).to.equal(firstKid);
  });

  it('case 59: JWTs are signed as asked for', async () => {
    const jwt = async (fields: object) => (await cdi.post('/recipe/jwt', { ...JWT, ...fields }, '5.4')).json;
    const signed = await jwt({});
    expect(signed).to.have.all.keys('status', 'jwt');
    const { header, claims } = await verified(cdi, signed.jwt);
    expect(header.kid).to.match(/^s-/);
    expect(header).to.not.have.property('version');
    expect(claims).to.deep.include({ iss: 'me', a: null, nested: [{ b: 1 }] });
    expect(Number(claims.exp) - Number(claims.iat)).to.equal(3600);

    const dynamic = await verified(cdi, (await jwt({ useStaticSigningKey: false, payload: {} })).jwt);
    expect(dynamic.header.kid).to.match(/^d-/);
    expect(dynamic.claims.iss).to.equal(JWT.jwksDomain);
    expect(await jwt({ algorithm: 'rs512' })).to.deep.equal({ status: 'UNSUPPORTED_ALGORITHM_ERROR' });
    for (const validity of [3_153_600_000, 1_800_000_000_000]) {
      const { iat, exp } = decode((await jwt({ validity })).jwt).claims;
      expect(Number(exp) - Number(iat)).to.equal(validity);
    }
    for (const validity of [-1, 0]) {
      const { status, text } = await cdi.post('/recipe/jwt', { ...JWT, validity }, '5.4');
      expect([status, text]).to.deep.equal([400, 'validity must be greater than or equal to 0\n']);
    }
    const { text } = await cdi.post('/recipe/jwt', { ...JWT, validity: 'soon' }, '5.4');
    expect(text).to.equal("Field name 'validity' is invalid in JSON input\n");
    expect((await cdi.at('/t1').post('/recipe/jwt', JWT, '5.0')).status).to.equal(403);
    expect((await cdi.at('/t1').post('/recipe/jwt', JWT, '4.0')).json.status).to.equal('OK');
  });

  it('case 60: no handshake, no other method, no empty body', async () => {
    const handshake = await cdi.post('/recipe/handshake', {}, '5.4');
    expect([handshake.status, handshake.text]).to.deep.equal([404, 'Not found\n']);
    const method = await cdi.get('/recipe/session/refresh', '5.4');
    expect([method.status, method.text]).to.deep.equal([405, 'Method not supported\n']);
    const empty = await cdi.call('POST', '/recipe/session/refresh', { body: '', cdi: '5.4' });
    expect([empty.status, empty.text]).to.deep.equal([400, 'Invalid Json Input\n']);
  });
});

describe('the key set of a service with API keys', () => {
  let annals: Annals;
  let cdi: CdiClient;
  const key = 'aaaaaaaaaaaaaaaaaaaa-1';

  before(async () => {
    annals = await startAnnals({ env: { API_KEYS: key } });
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 57: the well-known one is public, the other one is not', async () => {
    expect((await cdi.get('/.well-known/jwks.json')).status).to.equal(200);
    expect((await cdi.get('/recipe/jwt/jwks')).status).to.equal(401);
    const { json } = await cdi.call('GET', '/recipe/jwt/jwks', { headers: { 'api-key': key } });
    expect(json.status).to.equal('OK');
  });
});
