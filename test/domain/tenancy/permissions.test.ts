import { expect } from 'chai';
import type { TenantAddress } from '../../../domain/tenancy/ids.js';
import { mayCreateOrUpdate, mayPerform } from '../../../domain/tenancy/permissions.js';
import { refused } from './world.js';

const address = (cud: string, appId: string, tenantId: string): TenantAddress => ({ cud, appId, tenantId });
const base = address('', 'public', 'public');
const tenant = address('', 'public', 't1');
const app = address('', 'a1', 'public');
const domain = address('c1.test', 'public', 'public');

describe('who may do what from where (10-multitenancy.md 4)', () => {
  it('another app or domain is never written from outside', () => {
    expect(mayCreateOrUpdate(base, address('', 'a1', 't1'))).to.deep.equal(
      refused('You must use the same app to create/update a tenant'),
    );
    expect(mayCreateOrUpdate(base, address('c1.test', 'a1', 'public'))).to.deep.equal(
      refused('You must use the same connection URI domain to create/update an app'),
    );
  });

  it('a domain is written from anywhere within it, and from the base tenant', () => {
    expect(mayCreateOrUpdate(address('c1.test', 'a1', 't1'), domain)).to.equal(undefined);
    expect(mayCreateOrUpdate(base, domain)).to.equal(undefined);
    expect(mayCreateOrUpdate(app, domain)).to.deep.equal(
      refused('You must use the default or same connectionUriDomain to create/update a connectionUriDomain'),
    );
  });

  it('the public tenant of an app writes the app, its other tenants do not', () => {
    expect(mayCreateOrUpdate(app, app)).to.equal(undefined);
    expect(mayCreateOrUpdate(base, app)).to.equal(undefined);
    expect(mayCreateOrUpdate(address('', 'a1', 't1'), app)).to.deep.equal(
      refused('You must use the public or same app to add/update an app'),
    );
  });

  it('case 23: lists are open one level above what they list', () => {
    expect(mayPerform('listTenants', tenant)).to.deep.equal(
      refused('Only the public tenantId is allowed to list all tenants associated with this app'),
    );
    expect(mayPerform('listTenants', app)).to.equal(undefined);
    expect(mayPerform('listApps', app)).to.deep.equal(
      refused(
        'Only the public tenantId and public appId is allowed to list all apps associated with this connection uri ' +
          'domain',
      ),
    );
    expect(mayPerform('listApps', domain)).to.equal(undefined);
    expect(mayPerform('listConnectionUriDomains', app)).to.deep.equal(
      refused(
        'Only the public tenantId, public appId and default connectionUriDomain is allowed to list all ' +
          'connectionUriDomains and appIds associated with this core',
      ),
    );
    expect(mayPerform('listConnectionUriDomains', base)).to.equal(undefined);
  });
});
