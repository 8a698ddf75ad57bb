import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { expectOk, expectRefused, notFoundText, TEN, TPC } from './paths.js';

const NO_USER_INFO = { fromIdTokenPayload: {}, fromUserInfoAPI: {} };

describe('third-party providers of a tenant (10-multitenancy.md 8)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  async function tenant(tenantId: string) {
    await cdi.put(`${TEN}/v2`, { tenantId });
    const at = cdi.at(`/${tenantId}`);
    return {
      at,
      put: (config: object, more: object = {}) => at.put(TPC, { config, ...more }),
      providers: async () => (await at.get(`${TEN}/v2`)).json.thirdParty.providers,
    };
  }

  it('case 33: a provider is shown in its minimal form, in its tenant alone', async () => {
    const { put, providers } = await tenant('case33');
    expectOk(await put({ thirdPartyId: ' google ', name: 'Google' }), { createdNew: true });
    const minimal = { thirdPartyId: 'google', name: 'Google', clients: [], userInfoMap: NO_USER_INFO };
    expect(await providers()).to.deep.equal([minimal]);
    expect((await cdi.get(`${TEN}/v2`)).json.thirdParty.providers).to.deep.equal([]);
    const clients = [{ clientId: 'x', scope: ['a'] }];
    expectOk(await put({ thirdPartyId: 'google', name: 'Google', clients }), { createdNew: false });
    expect(await providers()).to.deep.equal([{ ...minimal, clients }]);
  });

  it('case 34: nulls among parameters are kept', async () => {
    const { put, providers } = await tenant('case34');
    await put({ thirdPartyId: 'custom', tokenEndpointBodyParams: { a: 'b', c: null } });
    expect((await providers())[0].tokenEndpointBodyParams).to.deep.equal({ a: 'b', c: null });
  });

  it('case 35: the config and its id are required', async () => {
    const invalid = (name: string) => `Field name '${name}' is invalid in JSON input`;
    expectRefused(await cdi.put(TPC, { config: {} }), 400, invalid('thirdPartyId'));
    expectRefused(await cdi.put(TPC, {}), 400, invalid('config'));
    expectRefused(
      await cdi.at('/ghost').put(TPC, { config: { thirdPartyId: 'x' } }),
      400,
      notFoundText('', 'public', 'ghost'),
    );
  });

  it('case 36: clients are checked, unless that is skipped', async () => {
    const { put } = await tenant('case36');
    const refused = (text: string) => `Invalid third party config: ${text}`;
    expectRefused(
      await put({ thirdPartyId: 'x', clients: [{ clientId: 'a' }, { clientId: 'b' }] }),
      400,
      refused('Duplicate clientType was specified in the clients list.'),
    );
    expectRefused(await put({ thirdPartyId: 'x', clients: [{}] }), 400, refused('clientId cannot be null'));
    const apple = { clientId: 'a', additionalConfig: { keyId: 'k', privateKey: 'p' } };
    expectRefused(
      await put({ thirdPartyId: 'apple-x', clients: [apple] }),
      400,
      refused(
        'a non empty string value must be specified for keyId, teamId and privateKey in the additionalConfig for ' +
          'Apple provider',
      ),
    );
    const boxy = { thirdPartyId: 'boxy-saml', clients: [{ clientId: 'a', additionalConfig: { boxyURL: '' } }] };
    expectRefused(
      await put(boxy),
      400,
      refused('a non empty string value must be specified for boxyURL in the additionalConfig for Boxy SAML provider'),
    );
    expectOk(await put(boxy, { skipValidation: true }), { createdNew: true });
  });

  it('case 37: a provider is removed once', async () => {
    const { at, put, providers } = await tenant('case37');
    await put({ thirdPartyId: 'google' });
    expectOk(await at.post(`${TPC}/remove`, { thirdPartyId: 'google' }), { didConfigExist: true });
    expectOk(await at.post(`${TPC}/remove`, { thirdPartyId: 'google' }), { didConfigExist: false });
    expect(await providers()).to.deep.equal([]);
  });

  it('case 53: ten providers that are added at once are all there', async () => {
    const { put, providers } = await tenant('case53');
    const ids = Array.from({ length: 10 }, (_, index) => `provider-${index}`);
    await Promise.all(ids.map((thirdPartyId) => put({ thirdPartyId })));
    const listed = (await providers()).map((provider: { thirdPartyId: string }) => provider.thirdPartyId);
    expect(listed).to.have.members(ids);
  });

  it('case 59: a provider is replaced as a whole', async () => {
    const { put, providers } = await tenant('case59');
    await put({ thirdPartyId: 'custom', clients: [{ clientId: 'x' }] });
    expect(await providers()).to.deep.equal([
      { thirdPartyId: 'custom', clients: [{ clientId: 'x' }], userInfoMap: NO_USER_INFO },
    ]);
    await put({ thirdPartyId: 'custom', requireEmail: false });
    expect(await providers()).to.deep.equal([
      { thirdPartyId: 'custom', clients: [], requireEmail: false, userInfoMap: NO_USER_INFO },
    ]);
  });
});
