import { expect } from 'chai';
import { App, BaseApp } from '../../../domain/tenancy/app.js';
import {
  initialiseBaseTenant,
  readLicenseKey,
  removeLicenseKey,
  reportDomains,
  setLicenseKey,
} from '../../../domain/tenancy/decide-app-facts.js';
import { badRequest, tenancy } from './world.js';

const OK = { status: 'OK' };
const target = { cud: '', appId: 'public' };
const given = () => {
  const service = tenancy();
  return { service, where: () => ({ target, app: service.app(), at: 5 }) };
};

describe('facts about an app', () => {
  it('conventions case 17: the reported domains are remembered, and the last value wins', () => {
    const { service, where } = given();
    service.append(target, reportDomains(where(), { websiteDomain: 'https://shop.test' }).events);
    service.append(target, reportDomains(where(), { apiDomain: 'https://api.test' }).events);
    expect(service.app()).to.include({ websiteDomain: 'https://shop.test', apiDomain: 'https://api.test' });
    service.append(target, reportDomains(where(), { websiteDomain: 'https://b.test' }).events);
    expect(service.app()).to.include({ websiteDomain: 'https://b.test', apiDomain: 'https://api.test' });
  });

  it('conventions 18: domains that are known already make no event', () => {
    const { service, where } = given();
    service.append(target, reportDomains(where(), { websiteDomain: 'w' }).events);
    expect(reportDomains(where(), { websiteDomain: 'w' }).events).to.deep.equal([]);
    expect(reportDomains(where(), {}).events).to.deep.equal([]);
  });

  it('conventions case 44: a licence key is kept, seen again and removed', () => {
    const { service, where } = given();
    const set = setLicenseKey(where(), 'anything');
    expect(set.result).to.deep.equal(OK);
    service.append(target, set.events);
    expect(service.app().licenseKey).to.equal('anything');
    expect(setLicenseKey(where(), 'anything').events).to.deep.equal([]);
    expect(setLicenseKey(where(), undefined)).to.deep.equal({ result: OK, events: [] });
    service.append(target, removeLicenseKey(where()).events);
    expect(service.app().licenseKey).to.equal(null);
    expect(removeLicenseKey(where())).to.deep.equal({ result: OK, events: [] });
  });

  it('conventions case 44: the body of a licence request', () => {
    expect(readLicenseKey({ licenseKey: 'k' })).to.deep.equal({ status: 'OK', value: 'k' });
    expect(readLicenseKey({})).to.deep.equal({ status: 'OK', value: undefined });
    expect(readLicenseKey({ licencekey: 'x' })).to.deep.equal(
      badRequest("Field name 'licenseKey' is missing in JSON input"),
    );
    for (const licenseKey of [123, null]) {
      expect(readLicenseKey({ licenseKey })).to.deep.equal(
        badRequest("Field name 'licenseKey' is invalid in JSON input"),
      );
    }
    expect(readLicenseKey({ licenseKey: 'x'.repeat(70_000) }).status).to.equal('BAD_INPUT');
  });

  it('an app that does not exist has no facts', () => {
    const unknown = { target: { cud: '', appId: 'a9' }, app: App.initial, at: 5 };
    const text =
      'AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId combination ' +
      'not found: (, a9, public)';
    for (const decision of [
      reportDomains(unknown, { apiDomain: 'x' }),
      setLicenseKey(unknown, undefined),
      removeLicenseKey(unknown),
    ]) {
      expect(decision).to.deep.equal({ result: badRequest(text), events: [] });
    }
  });

  it('the base app exists without an event; the first start is recorded once', () => {
    const { service } = given();
    expect(service.get()).to.deep.equal({ tenantId: 'public', thirdParty: { providers: [] }, coreConfig: {} });
    service.append(target, initialiseBaseTenant(BaseApp.initial, 42).events);
    expect(service.tenant()?.createdAt).to.equal(42);
    expect(initialiseBaseTenant(service.app(), 43).events).to.deep.equal([]);
  });
});
