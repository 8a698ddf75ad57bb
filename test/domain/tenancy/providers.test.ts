import { expect } from 'chai';
import { type JsonObject, type JsonValue, MAX_KEPT_DEPTH } from '../../../domain/tenancy/json.js';
import { badRequest, CREATED, tenancy, UPDATED } from './world.js';

type Service = ReturnType<typeof tenancy>;

const NO_MAP = { fromIdTokenPayload: {}, fromUserInfoAPI: {} };
const invalid = (text: string) => badRequest(`Invalid third party config: ${text}`);

function providersOf(service: Service, where: object = {}): readonly JsonValue[] {
  return (service.get(where)?.thirdParty as { providers: JsonValue[] } | undefined)?.providers ?? [];
}

function put(config: JsonObject, skipValidation?: boolean) {
  return tenancy().putProvider({ config, ...(skipValidation !== undefined && { skipValidation }) });
}

const client = { clientId: 'c' };

describe('third-party providers of a tenant', () => {
  it('case 33: a provider is added to one tenant in its minimal form, then replaced', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 't1' });
    const from = { tenantId: 't1' };
    const config = { thirdPartyId: ' google ', name: 'Google' };
    expect(service.putProvider({ config }, { from })).to.deep.equal(CREATED);
    const minimal = { thirdPartyId: 'google', name: 'Google', clients: [], userInfoMap: NO_MAP };
    expect(providersOf(service, from)).to.deep.equal([minimal]);
    expect(providersOf(service)).to.deep.equal([]);
    expect(service.putProvider({ config: { ...config, clients: [client] } }, { from })).to.deep.equal(UPDATED);
    expect(providersOf(service, from)).to.deep.equal([{ ...minimal, clients: [client] }]);
  });

  it('case 34: null parameters come back', () => {
    const service = tenancy();
    const tokenEndpointBodyParams = { a: 'b', c: null };
    service.putProvider({ config: { thirdPartyId: 'x', tokenEndpointBodyParams } });
    expect(providersOf(service)).to.deep.equal([
      { thirdPartyId: 'x', clients: [], tokenEndpointBodyParams, userInfoMap: NO_MAP },
    ]);
  });

  it('8.1: other null and unknown members are dropped, in clients and their additional config too', () => {
    const service = tenancy();
    service.putProvider({
      config: {
        thirdPartyId: 'x',
        name: null,
        requireEmail: false,
        color: 'red',
        clients: [
          {
            ...client,
            clientType: null,
            forcePKCE: true,
            scope: ['a'],
            color: 1,
            additionalConfig: { a: null, b: {} },
          },
        ],
        userInfoMap: { fromIdTokenPayload: { userId: 'sub', email: null, color: 'red' } },
      },
    });
    expect(providersOf(service)).to.deep.equal([
      {
        thirdPartyId: 'x',
        requireEmail: false,
        clients: [{ ...client, forcePKCE: true, scope: ['a'], additionalConfig: { b: {} } }],
        userInfoMap: { fromIdTokenPayload: { userId: 'sub' }, fromUserInfoAPI: {} },
      },
    ]);
  });

  it('case 35: the fields of the request', () => {
    const service = tenancy();
    const field = (name: string) => badRequest(`Field name '${name}' is invalid in JSON input`);
    expect(service.putProvider({ config: {} })).to.deep.equal(field('thirdPartyId'));
    expect(service.putProvider({})).to.deep.equal(field('config'));
    for (const skipValidation of [null, 'true', 1]) {
      const answer = service.putProvider({ config: { thirdPartyId: 'x' }, skipValidation });
      expect(answer).to.deep.equal(field('skipValidation'));
    }
  });

  it('case 36: clients have ids and different types', () => {
    const twice = invalid('Duplicate clientType was specified in the clients list.');
    expect(put({ thirdPartyId: 'x', clients: [client, client] })).to.deep.equal(twice);
    expect(put({ thirdPartyId: 'x', clients: [client, client] }, true), 'never skipped').to.deep.equal(twice);
    expect(put({ thirdPartyId: 'x', clients: [client, { ...client, clientType: 'web' }] })).to.deep.equal(CREATED);
    expect(put({ thirdPartyId: 'x', clients: [{}] })).to.deep.equal(invalid('clientId cannot be null'));
    expect(put({ thirdPartyId: 'x', clients: [{}] }, true)).to.deep.equal(CREATED);
    expect(put({ thirdPartyId: 'x', clients: [{ ...client, scope: ['a', null] }] })).to.deep.equal(
      invalid('scope array cannot contain a null'),
    );
    expect(put({ thirdPartyId: ' ' })).to.deep.equal(invalid('thirdPartyId cannot be null or empty'));
  });

  it('case 36: Apple needs its key', () => {
    const key = { keyId: 'k', teamId: 't', privateKey: 'p' };
    const apple = (additionalConfig?: JsonObject) =>
      put({ thirdPartyId: 'apple-x', clients: [{ ...client, ...(additionalConfig && { additionalConfig }) }] });
    const missing = invalid(
      'a non empty string value must be specified for keyId, teamId and privateKey in the additionalConfig for ' +
        'Apple provider',
    );
    expect(apple(key)).to.deep.equal(CREATED);
    expect(apple({ keyId: 'k', privateKey: 'p' })).to.deep.equal(missing);
    expect(apple({ ...key, teamId: '' })).to.deep.equal(missing);
    expect(apple()).to.deep.equal(missing);
  });

  it('case 36: Google Workspaces and Boxy SAML refuse empty texts where they look for one', () => {
    const saml = (additionalConfig: JsonObject, skipValidation = false) =>
      put({ thirdPartyId: 'boxy-saml', clients: [{ ...client, additionalConfig }] }, skipValidation);
    expect(saml({ boxyURL: '' })).to.deep.equal(
      invalid('a non empty string value must be specified for boxyURL in the additionalConfig for Boxy SAML provider'),
    );
    expect(saml({ boxyURL: '' }, true)).to.deep.equal(CREATED);
    expect(saml({})).to.deep.equal(CREATED);
    const workspaces = (additionalConfig: JsonObject) =>
      put({ thirdPartyId: 'google-workspaces', clients: [{ ...client, additionalConfig }] });
    expect(workspaces({ hd: 5 })).to.deep.equal(invalid('hd in additionalConfig must be a non empty string value'));
    expect(workspaces({ hd: null })).to.deep.equal(CREATED);
  });

  it('M6: a provider that was not validated does not get in the way of later changes', () => {
    const service = tenancy();
    service.putProvider({ config: { thirdPartyId: 'x', clients: [{}] }, skipValidation: true });
    expect(service.putProvider({ config: { thirdPartyId: 'y' } })).to.deep.equal(CREATED);
    expect(service.put('tenant', { firstFactors: ['totp'] })).to.deep.equal(UPDATED);
  });

  it('M10: wrong types and lengths are refused with the name of the member, even when validation is skipped', () => {
    const texts: [JsonObject, string][] = [
      [{ name: 5 }, "'name' must be of type string"],
      [{ clients: {} }, "'clients' must be of type array"],
      [{ clients: [null] }, "'clients.0' must be of type object"],
      [{ clients: [{ forcePKCE: 'yes' }] }, "'clients.0.forcePKCE' must be of type boolean"],
      [{ tokenEndpointBodyParams: ['a'] }, "'tokenEndpointBodyParams' must be of type object"],
      [
        { userInfoMap: { fromUserInfoAPI: { email: 1 } } },
        "'userInfoMap.fromUserInfoAPI.email' must be of type string",
      ],
      [{ name: 'n'.repeat(65) }, "'name' must not be longer than 64 characters"],
      [{ clients: [{ clientId: 'c'.repeat(257) }] }, "'clients.0.clientId' must not be longer than 256 characters"],
    ];
    for (const [members, text] of texts) {
      expect(put({ thirdPartyId: 'x', ...members }, true)).to.deep.equal(invalid(text));
    }
    expect(put({ thirdPartyId: 'x'.repeat(29) })).to.deep.equal(
      invalid("'thirdPartyId' must not be longer than 28 characters"),
    );
  });

  it('refuses what is too large or too deeply nested to be kept', () => {
    let deep: JsonValue = 'x';
    for (let level = 0; level <= MAX_KEPT_DEPTH; level++) deep = [deep];
    expect(put({ thirdPartyId: 'x', tokenEndpointBodyParams: { deep } }).status).to.equal('BAD_INPUT');
    expect(put({ thirdPartyId: 'x', jwksURI: 'u'.repeat(70_000) }).status).to.equal('BAD_INPUT');
  });

  it('case 37: a provider is removed once', () => {
    const service = tenancy();
    service.putProvider({ config: { thirdPartyId: 'google' } });
    const remove = () => service.deleteProvider({ thirdPartyId: ' google ' });
    expect(remove()).to.deep.equal({ status: 'OK', didConfigExist: true });
    expect(remove()).to.deep.equal({ status: 'OK', didConfigExist: false });
    expect(providersOf(service)).to.deep.equal([]);
    expect(service.deleteProvider({})).to.deep.equal(badRequest("Field name 'thirdPartyId' is invalid in JSON input"));
  });

  it('8.1: provider ids are case-sensitive', () => {
    const service = tenancy();
    service.putProvider({ config: { thirdPartyId: 'x' } });
    expect(service.putProvider({ config: { thirdPartyId: 'X' } })).to.deep.equal(CREATED);
    expect(service.deleteProvider({ thirdPartyId: 'X' })).to.deep.equal({ status: 'OK', didConfigExist: true });
    expect(providersOf(service)).to.have.length(1);
  });

  it('an unknown tenant has no providers to change', () => {
    const from = { tenantId: 'ghost' };
    const service = tenancy();
    expect(service.putProvider({ config: { thirdPartyId: 'x', name: 5 } }, { from })).to.have.property(
      'message',
      'AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId combination ' +
        'not found: (, public, ghost)',
    );
    expect(service.deleteProvider({ thirdPartyId: 'x' }, { from }).status).to.equal('BAD_INPUT');
  });

  it('case 53: ten providers configured one after the other, each on the state before, are all there', () => {
    const service = tenancy();
    for (let n = 0; n < 10; n++) service.putProvider({ config: { thirdPartyId: `p${n}` } });
    expect(providersOf(service)).to.have.length(10);
  });

  it('case 59: a second request replaces every member', () => {
    const service = tenancy();
    service.putProvider({ config: { thirdPartyId: 'x', clients: [{ clientId: 'x' }] } });
    expect(providersOf(service)).to.deep.equal([
      { thirdPartyId: 'x', clients: [{ clientId: 'x' }], userInfoMap: NO_MAP },
    ]);
    service.putProvider({ config: { thirdPartyId: 'x', jwksURI: 'https://x.test' } });
    expect(providersOf(service)).to.deep.equal([
      { thirdPartyId: 'x', clients: [], jwksURI: 'https://x.test', userInfoMap: NO_MAP },
    ]);
  });

  it('writes no event when the provider stays the same', () => {
    const service = tenancy();
    const config = { thirdPartyId: 'x', tokenEndpointBodyParams: { a: 'b', c: null } };
    service.putProvider({ config });
    const before = service.events().length;
    expect(service.putProvider({ config })).to.deep.equal(UPDATED);
    expect(service.events()).to.have.length(before);
  });
});
