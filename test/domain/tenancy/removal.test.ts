import { expect } from 'chai';
import { badRequest, CREATED, refused, tenancy } from './world.js';

const existed = { status: 'OK', didExist: true };
const absent = { status: 'OK', didExist: false };

describe('removing tenants, apps and connection URI domains', () => {
  it('case 46: a tenant is removed once, and starts empty under another key when it is created again', () => {
    const service = tenancy();
    const t2 = { tenantId: 't2' };
    service.put('tenant', { ...t2, firstFactors: ['totp'], coreConfig: { totp_max_attempts: 3 } });
    service.putProvider({ config: { thirdPartyId: 'google' } }, { from: t2 });
    expect(service.tenant(t2)?.tenantKey).to.equal('t2');
    expect(service.remove('tenant', { tenantId: 'T2' })).to.deep.equal(existed);
    expect(service.remove('tenant', t2)).to.deep.equal(absent);
    expect(service.get(t2)).to.equal(undefined);
    expect(service.put('tenant', t2)).to.deep.equal(CREATED);
    expect(service.get(t2)).to.deep.equal({
      ...t2,
      thirdParty: { providers: [] },
      firstFactors: [],
      coreConfig: {},
    });
    expect(service.tenant(t2)?.tenantKey).to.equal('t2~2');
  });

  it('case 47: the public tenant stays, and only it removes others', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 't1' });
    const publicTenant = refused('Cannot delete public tenant, use remove app API instead');
    const from = { tenantId: 't1' };
    expect(service.remove('tenant', { tenantId: 'public' })).to.deep.equal(publicTenant);
    expect(service.remove('tenant', { tenantId: 'Public' }, { from })).to.deep.equal(publicTenant);
    expect(service.remove('tenant', { tenantId: 't1' }, { from })).to.deep.equal(
      refused('Only the public tenantId is allowed to delete a tenant'),
    );
    expect(service.remove('tenant', {})).to.deep.equal(badRequest("Field name 'tenantId' is invalid in JSON input"));
    expect(service.remove('tenant', { tenantId: 't1' }, { from: { tenantId: 'ghost' } }).status).to.equal('BAD_INPUT');
  });

  it('case 48: an app is removed when only its public tenant is left', () => {
    const service = tenancy();
    const a1 = { appId: 'a1' };
    service.put('app', a1);
    service.put('tenant', { tenantId: 't1' }, { from: a1 });
    expect(service.remove('app', a1)).to.deep.equal(
      refused('Please delete all tenants except the public tenant for this app before calling the delete API'),
    );
    expect(service.remove('app', a1, { from: a1 })).to.deep.equal(
      refused('Only the public tenantId and public appId is allowed to delete an app'),
    );
    service.remove('tenant', { tenantId: 't1' }, { from: a1 });
    expect(service.remove('app', a1)).to.deep.equal(existed);
    expect(service.get(a1)).to.equal(undefined);
    expect(service.remove('app', a1)).to.deep.equal(absent);
    expect(service.remove('app', { appId: 'ghost' })).to.deep.equal(absent);
    expect(service.remove('app', { appId: 'public' })).to.deep.equal(
      refused('Cannot delete the public app, use remove connection uri domain API instead'),
    );
  });

  it('case 49: a connection URI domain is removed from the base tenant when only its public app is left', () => {
    const service = tenancy();
    const c1 = { connectionUriDomain: 'c1.test' };
    const inside = { cud: 'c1.test' };
    service.put('connectionUriDomain', c1);
    service.put('app', { appId: 'z' }, { from: inside });
    expect(service.remove('connectionUriDomain', c1)).to.deep.equal(
      refused(
        'Please delete all apps except the public appID for this connectionUriDomain before calling the delete API.',
      ),
    );
    expect(service.remove('connectionUriDomain', c1, { from: inside })).to.deep.equal(
      refused(
        'Only the public tenantId, public appId and default connectionUriDomain is allowed to delete a ' +
          'connectionUriDomain',
      ),
    );
    expect(service.remove('app', { appId: 'z' }, { from: inside })).to.deep.equal(existed);
    expect(service.remove('connectionUriDomain', c1)).to.deep.equal(existed);
    expect(service.remove('connectionUriDomain', c1)).to.deep.equal(absent);
    expect(service.get(inside)).to.equal(undefined);
  });

  it('M5: a connection URI domain stays while its public app has tenants', () => {
    const service = tenancy();
    const c1 = { connectionUriDomain: 'c1.test' };
    service.put('connectionUriDomain', c1);
    service.put('tenant', { tenantId: 't' }, { from: { cud: 'c1.test' } });
    expect(service.remove('connectionUriDomain', c1)).to.deep.equal(
      refused('Please delete all tenants except the public tenant for this app before calling the delete API'),
    );
  });

  it('an app that is created again starts with nothing, under another key', () => {
    const service = tenancy();
    const a1 = { appId: 'a1' };
    service.put('app', { ...a1, coreConfig: { api_keys: 'aaaaaaaaaaaaaaaaaaaaaaaa' } });
    service.put('tenant', { tenantId: 't' }, { from: a1 });
    service.remove('tenant', { tenantId: 't' }, { from: a1 });
    service.remove('app', a1);
    expect(service.put('app', a1)).to.deep.equal(CREATED);
    service.put('tenant', { tenantId: 't' }, { from: a1 });
    expect(service.app(a1)).to.include({ appKey: 'a1~2', incarnation: 2 });
    expect(service.tenant({ ...a1, tenantId: 't' })?.tenantKey, 'below the new key of the app').to.equal('t');
    expect(service.get(a1)).to.have.deep.property('coreConfig', {});
  });

  it('a connection URI domain that is created again gets a new public app', () => {
    const service = tenancy();
    const c1 = { connectionUriDomain: 'c1.test' };
    service.put('connectionUriDomain', c1);
    service.remove('connectionUriDomain', c1);
    expect(service.put('connectionUriDomain', c1)).to.deep.equal(CREATED);
    expect(service.app({ cud: 'c1.test' }).appKey).to.equal('public@c1.test~2');
    expect(service.domainEvents('c1.test').map((event) => event.type)).to.deep.equal([
      'ConnectionUriDomainCreated',
      'ConnectionUriDomainRemoved',
      'ConnectionUriDomainCreated',
    ]);
  });
});
