import { expect } from 'chai';
import { badRequest, CREATED, refused, tenancy, UPDATED } from './world.js';

type Service = ReturnType<typeof tenancy>;

const overridesOf = (service: Service, where: object) => service.get(where)?.coreConfig;
const invalid = (text: string) => badRequest(`Invalid core config: ${text}`);

describe('core config overrides', () => {
  it('case 25: a request changes the keys that it names and no other', () => {
    const service = tenancy();
    const k1 = { appId: 'k1' };
    service.put('app', { ...k1, coreConfig: { email_verification_token_lifetime: 2000 } });
    service.put('app', { ...k1, coreConfig: { password_reset_token_lifetime: 5000 } });
    expect(overridesOf(service, k1)).to.deep.equal({
      email_verification_token_lifetime: 2000,
      password_reset_token_lifetime: 5000,
    });
    service.put('app', { ...k1, coreConfig: { email_verification_token_lifetime: null } });
    expect(overridesOf(service, k1)).to.deep.equal({ password_reset_token_lifetime: 5000 });
  });

  it('case 26: refuses unknown names, options of the operator, wrong types and values', () => {
    const put = (coreConfig: object, testMode = false) =>
      tenancy({ testMode }).put('app', { appId: 'k', coreConfig: { ...coreConfig } });
    expect(put({ foo: 1 })).to.deep.equal(invalid('Invalid config key: foo'));
    expect(put({ port: 1 })).to.deep.equal(invalid("port can only be set via the core's base config setting"));
    expect(put({ access_token_validity: 'abcd' })).to.deep.equal(
      invalid("'access_token_validity' must be of type long"),
    );
    expect(put({ disable_telemetry: 'abcd' })).to.deep.equal(invalid("'disable_telemetry' must be of type boolean"));
    const shortRefresh = { access_token_validity: 3600, refresh_token_validity: 3 };
    expect(put(shortRefresh)).to.deep.equal(
      invalid("'refresh_token_validity' must be strictly greater than 'access_token_validity'."),
    );
    expect(put(shortRefresh, true)).to.deep.equal(CREATED);
  });

  it('case 27: the base tenant takes no overrides', () => {
    const service = tenancy();
    const put = (coreConfig: object) => service.put('tenant', { tenantId: 'public', coreConfig: { ...coreConfig } });
    expect(put({ totp_max_attempts: 3 })).to.deep.equal(badRequest('Cannot modify base config'));
    expect(put({ foo: 1 })).to.deep.equal(badRequest('Cannot modify base config'));
    expect(put({})).to.deep.equal(UPDATED);
    expect(put({ totp_max_attempts: null })).to.deep.equal(UPDATED);
  });

  it('case 28: an option of the app has one value in all its tenants', () => {
    const service = tenancy();
    const app = (value: number) => service.put('app', { appId: 'k2', coreConfig: { access_token_validity: value } });
    const tenant = (coreConfig: object) =>
      service.put('tenant', { tenantId: 't', coreConfig: { ...coreConfig } }, { from: { appId: 'k2' } });
    const differs = invalid('You cannot set different values for access_token_validity for the same appId');
    app(100);
    expect(tenant({ access_token_validity: 200 })).to.deep.equal(differs);
    expect(tenant({ access_token_validity: 100 })).to.deep.equal(CREATED);
    expect(app(300), 'while the tenant holds 100').to.deep.equal(differs);
    expect(tenant({ access_token_validity: null })).to.deep.equal(UPDATED);
    expect(app(300), 'M2').to.deep.equal(UPDATED);
    expect(overridesOf(service, { appId: 'k2', tenantId: 't' })).to.deep.equal({});
  });

  it('case 28: an app agrees with what it inherits from its connection URI domain', () => {
    const service = tenancy();
    const from = { cud: 'c1.test', appId: 'a' };
    const inDomain = { connectionUriDomain: 'c1.test', coreConfig: { access_token_validity: 100 } };
    service.put('connectionUriDomain', inDomain);
    service.put('app', { appId: 'a' }, { from: { cud: 'c1.test' } });
    const put = (value: number) =>
      service.put('tenant', { tenantId: 't', coreConfig: { access_token_validity: value } }, { from });
    expect(put(3600).status).to.equal('BAD_INPUT');
    expect(put(100)).to.deep.equal(CREATED);
  });

  it('case 29: the keys of an app are taken back from the base app', () => {
    const service = tenancy();
    const k3 = { appId: 'k3' };
    const key = 'aaaaaaaaaaaaaaaaaaaaaaaa';
    service.put('app', { ...k3, coreConfig: { api_keys: key } });
    service.put('tenant', { tenantId: 't' }, { from: k3 });
    expect(overridesOf(service, k3)).to.deep.equal({ api_keys: key });
    expect(service.put('app', { ...k3, coreConfig: { api_keys: null } })).to.deep.equal(UPDATED);
    expect(overridesOf(service, k3)).to.deep.equal({});
  });

  it('case 31: protected options are changed, seen and removed with the SaaS secret alone', () => {
    const service = tenancy();
    const p1 = { appId: 'p1' };
    const put = (coreConfig: object, secretMissing: boolean) =>
      service.put('app', { ...p1, coreConfig: { ...coreConfig } }, { secretMissing });
    const locked = refused('Not allowed to modify protected configs.');
    const rule = { ip_deny_regex: '10\\..*' };
    expect(put(rule, true)).to.deep.equal(locked);
    expect(put(rule, false)).to.deep.equal(CREATED);
    expect(service.get(p1, { secretMissing: true })).to.have.deep.property('coreConfig', {});
    expect(overridesOf(service, p1)).to.deep.equal(rule);
    expect(put({ totp_max_attempts: 3 }, true)).to.deep.equal(UPDATED);
    expect(put(rule, true), 'the stored value again').to.deep.equal(UPDATED);
    expect(put({ ip_deny_regex: null }, true), 'M17').to.deep.equal(locked);
    expect(put({ postgresql_host: 'x' }, true)).to.deep.equal(refused('Not allowed to modify DB related configs.'));
  });

  it('case 56: values are shown as they were sent', () => {
    const service = tenancy();
    const body = { appId: 'k4', coreConfig: { access_token_validity: '2' } };
    expect(service.put('app', body)).to.deep.equal(CREATED);
    expect(overridesOf(service, { appId: 'k4' })).to.deep.equal({ access_token_validity: '2' });
  });

  it('case 57: a null is no override, but its name is checked', () => {
    const service = tenancy();
    service.put('app', { appId: 'k4' });
    const put = (coreConfig: object) => service.put('app', { appId: 'k4', coreConfig: { ...coreConfig } });
    expect(put({ foo: null })).to.deep.equal(invalid('Invalid config key: foo'));
    expect(put({ port: null })).to.deep.equal(invalid("port can only be set via the core's base config setting"));
    expect(put({ totp_max_attempts: null })).to.deep.equal(UPDATED);
    expect(overridesOf(service, { appId: 'k4' })).to.deep.equal({});
  });

  it('6.2: coreConfig has to be an object', () => {
    for (const coreConfig of [null, [], 'x', 1]) {
      const answer = tenancy().put('tenant', { coreConfig });
      expect(answer).to.deep.equal(badRequest("Field name 'coreConfig' is invalid in JSON input"));
    }
  });

  it('refuses overrides that are too large to be kept', () => {
    const answer = tenancy().put('app', { appId: 'k', coreConfig: { saml_sp_entity_id: 'x'.repeat(70_000) } });
    expect(answer.status).to.equal('BAD_INPUT');
  });

  it('two changes of different keys survive, whichever comes second', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 't', coreConfig: { totp_max_attempts: 3 } });
    service.put('tenant', { tenantId: 't', coreConfig: { passwordless_code_lifetime: 1000 } });
    expect(service.tenant({ tenantId: 't' })?.coreConfig).to.have.all.keys(
      'totp_max_attempts',
      'passwordless_code_lifetime',
    );
  });
});
