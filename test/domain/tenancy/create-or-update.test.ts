import { expect } from 'chai';
import { badRequest, CREATED, refused, tenancy, UPDATED } from './world.js';

const atShop = { appId: 'shop' };

describe('creating and updating tenants, apps and connection URI domains', () => {
  it('case 1: a tenant is created once and then updated, and starts with no factors', () => {
    const service = tenancy();
    expect(service.put('tenant', { tenantId: 'North' })).to.deep.equal(CREATED);
    expect(service.put('tenant', { tenantId: 'North' })).to.deep.equal(UPDATED);
    expect(service.get({ tenantId: 'north' })).to.deep.equal({
      tenantId: 'north',
      thirdParty: { providers: [] },
      firstFactors: [],
      coreConfig: {},
    });
  });

  it('case 2: an app is its public tenant, which leaves the factors to the SDK', () => {
    const service = tenancy();
    expect(service.put('app', { appId: 'shop' })).to.deep.equal(CREATED);
    expect(service.get(atShop)).to.deep.equal({ tenantId: 'public', thirdParty: { providers: [] }, coreConfig: {} });
  });

  it('case 18: a body without an id updates the public tenant', () => {
    expect(tenancy().put('tenant', {})).to.deep.equal(UPDATED);
  });

  it('case 19: a tenant may update itself and no other', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 't1' });
    const from = { tenantId: 't1' };
    const other = refused('You must use the public or same tenant to add/update a tenant');
    expect(service.put('tenant', { tenantId: 't2' }, { from })).to.deep.equal(other);
    expect(service.put('tenant', { tenantId: 't1' }, { from })).to.deep.equal(UPDATED);
  });

  it('case 19: an unknown source is refused before the factors are read', () => {
    const answer = tenancy().put('tenant', { tenantId: 't1', firstFactors: 'x' }, { from: { tenantId: 'ghost' } });
    expect(answer).to.deep.equal(
      badRequest(
        'AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId ' +
          'combination not found: (, public, ghost)',
      ),
    );
  });

  it('case 20: an app may update itself and no other', () => {
    const service = tenancy();
    service.put('app', { appId: 'a1' });
    service.put('tenant', { tenantId: 't1' });
    const other = refused('You must use the public or same app to add/update an app');
    expect(service.put('app', { appId: 'a1' }, { from: { appId: 'a1' } })).to.deep.equal(UPDATED);
    expect(service.put('app', { appId: 'a2' }, { from: { appId: 'a1' } })).to.deep.equal(other);
    expect(service.put('app', { appId: 'a2' }, { from: { tenantId: 't1' } })).to.deep.equal(other);
  });

  it('case 21: a connection URI domain may update itself and no other', () => {
    const service = tenancy();
    service.put('connectionUriDomain', { connectionUriDomain: 'c1.test' });
    const from = { cud: 'c1.test' };
    expect(service.put('connectionUriDomain', { connectionUriDomain: 'c1.test' }, { from })).to.deep.equal(UPDATED);
    expect(service.put('connectionUriDomain', { connectionUriDomain: 'c2.test' }, { from })).to.deep.equal(
      refused('You must use the default or same connectionUriDomain to create/update a connectionUriDomain'),
    );
  });

  it('case 32: where one domain is served alone, no other is created', () => {
    const service = tenancy({ base: { supertokens_saas_load_only_cud: 'c1.test' } });
    expect(service.put('connectionUriDomain', { connectionUriDomain: 'c2.test', coreConfig: null })).to.deep.equal(
      badRequest('Creation of connection uri domain or app or tenant is disallowed'),
    );
    expect(service.put('connectionUriDomain', { connectionUriDomain: 'c1.test' })).to.deep.equal(CREATED);
    expect(service.put('app', { appId: 'a1' })).to.deep.equal(CREATED);
  });

  it('case 60, M1: only the base tenant updates the base tenant', () => {
    const service = tenancy();
    service.put('app', { appId: 'a1' });
    const answer = service.put('app', { emailPasswordEnabled: false }, { from: { appId: 'a1' }, v1: '5.0' });
    expect(answer).to.deep.equal(refused('You must use the public or same tenant to add/update a tenant'));
    expect(service.put('tenant', { firstFactors: ['totp'] }, { from: { appId: 'a1' } })).to.deep.equal(UPDATED);
    expect(service.get({ appId: 'a1' })).to.have.deep.property('firstFactors', ['totp']);
    expect(service.get()).not.to.have.property('firstFactors');
  });

  it('7.1: the body is judged before the permission, and the permission before the config', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 't1' });
    const put = (body: object) => service.put('tenant', { tenantId: 't2', ...body }, { from: { tenantId: 't1' } });
    expect(put({ coreConfig: [], firstFactors: 'x' })).to.deep.equal(
      badRequest("Field name 'coreConfig' is invalid in JSON input"),
    );
    expect(put({ coreConfig: { foo: 1 }, firstFactors: 'x' })).to.deep.equal(
      badRequest("Field name 'firstFactors' is invalid in JSON input"),
    );
    expect(put({ firstFactors: ['a b'] }).status).to.equal('BAD_INPUT');
    expect(put({ coreConfig: { foo: 1 } }).status).to.equal('FORBIDDEN');
  });

  it('names the app and the tenant in the events of a creation', () => {
    const service = tenancy();
    service.put('app', { appId: 'shop' });
    service.put('tenant', { tenantId: 'north' }, { from: atShop });
    expect(service.events(atShop).map((event) => event.type)).to.deep.equal([
      'AppCreated',
      'TenantCreated',
      'TenantCreated',
    ]);
    expect(service.tenant({ ...atShop, tenantId: 'north' })).to.include({ tenantKey: 'north' });
    expect(service.app(atShop)).to.include({ exists: true, appKey: 'shop', incarnation: 1 });
  });

  it('keeps apps of the same name in two domains apart, and lists them with their domain', () => {
    const service = tenancy();
    service.put('connectionUriDomain', { connectionUriDomain: 'c1.test' });
    expect(service.put('app', { appId: 'shop' }, { from: { cud: 'c1.test' } })).to.deep.equal(CREATED);
    expect(service.put('app', { appId: 'shop' })).to.deep.equal(CREATED);
    expect(service.app({ cud: 'c1.test', appId: 'shop' }).appKey).to.equal('shop@c1.test');
    expect(service.domain('c1.test')).to.deep.equal({ exists: true, apps: new Set(['shop']) });
  });

  it('adds an app to its domain once, and never the public one', () => {
    const service = tenancy();
    service.put('connectionUriDomain', { connectionUriDomain: 'c1.test' });
    service.put('tenant', { tenantId: 't' }, { from: { cud: 'c1.test' } });
    service.put('app', { appId: 'shop' }, { from: { cud: 'c1.test' } });
    service.put('tenant', { tenantId: 't' }, { from: { cud: 'c1.test', appId: 'shop' } });
    expect(service.domainEvents('c1.test').map((event) => event.type)).to.deep.equal([
      'ConnectionUriDomainCreated',
      'AppAddedToConnectionUriDomain',
    ]);
  });

  it('replaces a factor by another', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 'n', firstFactors: ['totp'] });
    service.put('tenant', { tenantId: 'n', firstFactors: ['x'] });
    expect(service.get({ tenantId: 'n' })).to.have.deep.property('firstFactors', ['x']);
  });

  it('writes no event when nothing changes', () => {
    const service = tenancy();
    const body = { tenantId: 'n', firstFactors: ['a', 'b'], coreConfig: { totp_max_attempts: 3 } };
    service.put('tenant', body);
    const before = service.events().length;
    service.put('tenant', { ...body, firstFactors: ['b', 'a'] });
    service.put('tenant', { tenantId: 'n' });
    expect(service.events()).to.have.length(before);
  });
});
