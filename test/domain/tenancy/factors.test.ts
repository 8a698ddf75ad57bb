import { expect } from 'chai';
import { factorEra, isRecipeEnabled, OPEN_FACTORS } from '../../../domain/tenancy/factors.js';
import { badRequest, tenancy, UPDATED } from './world.js';

type Service = ReturnType<typeof tenancy>;

const PASSWORDLESS = ['otp-email', 'otp-phone', 'link-email', 'link-phone'];

function enabledIn(service: Service, where: object, v1: string) {
  const row = service.get(where, { v1 });
  return ['emailPassword', 'thirdParty', 'passwordless'].filter(
    (recipe) => (row?.[recipe] as { enabled: boolean } | undefined)?.enabled,
  );
}

function listsOf(service: Service, where: object, v1?: string) {
  const row = service.get(where, v1 === undefined ? {} : { v1 });
  return { first: row?.firstFactors, second: row?.requiredSecondaryFactors };
}

describe('factors of a tenant', () => {
  it('case 3: a tenant created by v2 reads as closed in v1', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 'north' });
    for (const v1 of ['3.0', '5.0']) {
      expect(enabledIn(service, { tenantId: 'north' }, v1)).to.deep.equal([]);
      expect(listsOf(service, { tenantId: 'north' }, v1)).to.deep.equal({ first: undefined, second: undefined });
    }
  });

  it('case 4: first factors decide the flags shown by 3.0, not those shown by 5.0', () => {
    const service = tenancy();
    const north = { tenantId: 'north' };
    service.put('tenant', { ...north, firstFactors: ['emailpassword', 'otp-email'] });
    expect(listsOf(service, north).first).to.have.members(['emailpassword', 'otp-email']);
    expect(enabledIn(service, north, '3.0')).to.deep.equal(['emailPassword', 'passwordless']);
    expect(listsOf(service, north, '3.0').first).to.equal(undefined);
    expect(enabledIn(service, north, '5.0')).to.deep.equal(['emailPassword', 'thirdParty', 'passwordless']);
    expect(listsOf(service, north, '5.0').first).to.have.length(2);
  });

  it('case 5: null, empty and absent lists in v2', () => {
    const service = tenancy();
    const north = { tenantId: 'north' };
    service.put('tenant', { ...north, firstFactors: null });
    expect(service.get(north)).not.to.have.property('firstFactors');
    service.put('tenant', { ...north, firstFactors: [], requiredSecondaryFactors: ['totp'] });
    expect(listsOf(service, north)).to.deep.equal({ first: [], second: ['totp'] });
    service.put('tenant', { ...north, requiredSecondaryFactors: [] });
    expect(service.get(north)).not.to.have.property('requiredSecondaryFactors');
  });

  it('case 6: v2 refuses the fields of v1, whatever their value', () => {
    const put = (body: object) => tenancy().put('tenant', { tenantId: 'north', ...body });
    expect(put({ thirdPartyEnabled: null, emailPasswordEnabled: true })).to.deep.equal(
      badRequest('emailPasswordEnabled is not a valid input for this API'),
    );
    expect(put({ thirdPartyEnabled: null })).to.deep.equal(badRequest('thirdParty is not a valid input for this API'));
    expect(put({ passwordlessEnabled: 1 })).to.deep.equal(badRequest('passwordless is not a valid input for this API'));
  });

  it('case 7: refuses duplicates, other characters and other types', () => {
    const put = (firstFactors: string | (string | number)[]) =>
      tenancy().put('tenant', { tenantId: 'n', firstFactors });
    const characters = badRequest('firstFactors should contain only 0-9,a-z,A-Z,_,.,- characters');
    const type = badRequest("Field name 'firstFactors' is invalid in JSON input");
    expect(put(['x', 'y', 'x'])).to.deep.equal(badRequest('firstFactors input should not contain duplicate values'));
    expect(put(['a b'])).to.deep.equal(characters);
    expect(put([''])).to.deep.equal(characters);
    expect(put(['ok', 5])).to.deep.equal(type);
    expect(put('totp')).to.deep.equal(type);
    expect(put(['A_z.0-(9)']).status, 'M7').to.equal('OK');
  });

  it('checks the first factors completely before the secondary ones', () => {
    const answer = tenancy().put('tenant', { requiredSecondaryFactors: 7, firstFactors: ['x', 'x'] });
    expect(answer).to.deep.equal(badRequest('firstFactors input should not contain duplicate values'));
  });

  it('M10: refuses factor ids that are too long', () => {
    const put = (length: number) => tenancy().put('tenant', { tenantId: 'n', firstFactors: ['f'.repeat(length)] });
    expect(put(128).status).to.equal('OK');
    expect(put(129).status).to.equal('BAD_INPUT');
  });

  it('case 8: v1 since 5.0 refuses empty lists', () => {
    const put = (body: object) => tenancy().put('tenant', { tenantId: 's1', ...body }, { v1: '5.0' });
    expect(put({ firstFactors: [] })).to.deep.equal(
      badRequest('firstFactors cannot be empty. Set null instead to remove all first factors.'),
    );
    expect(put({ requiredSecondaryFactors: [] })).to.deep.equal(
      badRequest(
        'requiredSecondaryFactors cannot be empty. Set null instead to remove all required secondary factors.',
      ),
    );
  });

  it('case 9: v1 since 5.0 refuses factors of recipes that it turns off', () => {
    const put = (body: object) => tenancy().put('tenant', { tenantId: 's1', ...body }, { v1: '5.0' });
    expect(put({ emailPasswordEnabled: false, firstFactors: ['emailpassword'] })).to.deep.equal(
      badRequest(
        "Invalid core config: firstFactors should not contain 'emailpassword' because emailPassword is disabled " +
          'for the tenant.',
      ),
    );
    expect(put({ passwordlessEnabled: false, requiredSecondaryFactors: ['totp', 'otp-phone'] })).to.deep.equal(
      badRequest(
        "Invalid core config: requiredSecondaryFactors should not contain 'otp-phone' because passwordless is " +
          'disabled for the tenant.',
      ),
    );
  });

  it('case 10: v1 until 4.0 opens one recipe of a new tenant', () => {
    const service = tenancy();
    service.put('tenant', { tenantId: 's2', emailPasswordEnabled: true }, { v1: '3.0' });
    expect(enabledIn(service, { tenantId: 's2' }, '3.0')).to.deep.equal(['emailPassword']);
    expect(listsOf(service, { tenantId: 's2' }).first).to.deep.equal(['emailpassword']);
  });

  it('case 11: v1 until 4.0 closes a recipe by the first factors alone', () => {
    const service = tenancy();
    service.put('app', { appId: 'x1', thirdPartyEnabled: false }, { v1: '3.0' });
    expect(listsOf(service, { appId: 'x1' }).first).to.have.members(['emailpassword', ...PASSWORDLESS]);
    expect(enabledIn(service, { appId: 'x1' }, '5.0')).to.include('thirdParty');
  });

  it('case 12: v1 since 5.0 closes a recipe by its flag', () => {
    const service = tenancy();
    service.put('app', { appId: 'x2', thirdPartyEnabled: false }, { v1: '5.0' });
    expect(enabledIn(service, { appId: 'x2' }, '5.0')).to.deep.equal(['emailPassword', 'passwordless']);
    expect(listsOf(service, { appId: 'x2' }, '5.0').first).to.equal(undefined);
    expect(listsOf(service, { appId: 'x2' }).first).to.deep.equal(['emailpassword', ...PASSWORDLESS]);
  });

  it('case 13: a recipe opened as a second factor does not become a first factor', () => {
    const service = tenancy();
    const s3 = { tenantId: 's3' };
    service.put('tenant', { ...s3, emailPasswordEnabled: true }, { v1: '5.0' });
    service.put('tenant', { ...s3, requiredSecondaryFactors: ['otp-phone'] }, { v1: '5.0' });
    expect(listsOf(service, s3)).to.deep.equal({ first: ['emailpassword'], second: ['otp-phone'] });
    expect(enabledIn(service, s3, '5.0')).to.include('passwordless');
  });

  it('5.4-E: a second factor of a recipe that is asked for leaves the first factors alone', () => {
    const service = tenancy();
    const s4 = { tenantId: 's4' };
    service.put('tenant', { ...s4, passwordlessEnabled: true, requiredSecondaryFactors: ['otp-phone'] }, { v1: '5.0' });
    expect(listsOf(service, s4, '5.0')).to.deep.equal({ first: undefined, second: ['otp-phone'] });
    expect(enabledIn(service, s4, '5.0')).to.deep.equal(['passwordless']);
  });

  it('5.4-C: turning a recipe off takes its ids out of lists that the body does not set', () => {
    const service = tenancy();
    const row = { tenantId: 's5' };
    const lists = { firstFactors: ['emailpassword', 'otp-email', 'totp'], requiredSecondaryFactors: ['otp-phone'] };
    service.put('tenant', { ...row, ...lists });
    service.put('tenant', { ...row, passwordlessEnabled: false }, { v1: '5.0' });
    expect(listsOf(service, row)).to.deep.equal({ first: ['emailpassword', 'totp'], second: undefined });
    expect(enabledIn(service, row, '5.0')).to.deep.equal(['emailPassword', 'thirdParty']);
  });

  it('5.4-C: a list that the body sets is not filtered by the flag that the tenant had', () => {
    const service = tenancy();
    const row = { tenantId: 's6' };
    service.put('tenant', { ...row, emailPasswordEnabled: true }, { v1: '5.0' });
    service.put('tenant', { ...row, firstFactors: ['thirdparty'], requiredSecondaryFactors: null }, { v1: '5.0' });
    expect(listsOf(service, row)).to.deep.equal({ first: ['thirdparty'], second: undefined });
    expect(enabledIn(service, row, '5.0')).to.deep.equal(['emailPassword', 'thirdParty']);
  });

  it('5.3: v1 until 4.0 ignores the lists, and adds the ids of a recipe it opens', () => {
    const service = tenancy();
    const row = { tenantId: 's7' };
    service.put('tenant', { ...row, firstFactors: ['totp'] });
    const body = { ...row, thirdPartyEnabled: true, firstFactors: 7, requiredSecondaryFactors: [] };
    expect(service.put('tenant', body, { v1: '4.0' })).to.deep.equal(UPDATED);
    expect(listsOf(service, row)).to.deep.equal({ first: ['totp', 'thirdparty'], second: undefined });
  });

  it('5.3: asking v1 until 4.0 for a recipe that is enabled adds none of its ids', () => {
    const service = tenancy();
    const row = { tenantId: 's8', firstFactors: ['otp-phone'] };
    service.put('tenant', row);
    service.put('tenant', { tenantId: 's8', passwordlessEnabled: true }, { v1: '4.0' });
    expect(listsOf(service, row).first).to.deep.equal(['otp-phone']);
  });

  it('v1 flags have to be booleans', () => {
    for (const v1 of ['3.0', '5.0']) {
      expect(tenancy().put('tenant', { thirdPartyEnabled: null }, { v1 })).to.deep.equal(
        badRequest("Field name 'thirdPartyEnabled' is invalid in JSON input"),
      );
    }
  });

  it('case 14: v2 opens every recipe of a tenant that v1 created closed', () => {
    const service = tenancy();
    const row = { tenantId: 'n' };
    service.put('tenant', row, { v1: '3.0' });
    service.put('tenant', { ...row, firstFactors: ['thirdparty'] });
    expect(enabledIn(service, row, '5.0')).to.have.length(3);
  });

  it('5.5: v2 turns flags into first factors before it opens every recipe', () => {
    const service = tenancy();
    const row = { appId: 'x3' };
    service.put('app', { ...row, thirdPartyEnabled: false, passwordlessEnabled: false }, { v1: '5.0' });
    service.put('app', { ...row, requiredSecondaryFactors: ['totp'] });
    expect(listsOf(service, row)).to.deep.equal({ first: ['emailpassword'], second: ['totp'] });
  });

  it('case 15: v1 since 5.0 opens one recipe of a tenant that v2 created', () => {
    const service = tenancy();
    const row = { tenantId: 'n' };
    service.put('tenant', row);
    service.put('tenant', { ...row, passwordlessEnabled: true }, { v1: '5.0' });
    expect(enabledIn(service, row, '5.0')).to.deep.equal(['passwordless']);
    expect(listsOf(service, row).first).to.deep.equal(PASSWORDLESS);
  });

  it('case 16: from 5.1 on sign-in is open whatever the flags say', () => {
    const closed = { ...OPEN_FACTORS, emailPassword: false };
    expect(isRecipeEnabled(closed, 'emailPassword', factorEra('5.0'))).to.equal(false);
    expect(isRecipeEnabled(closed, 'emailPassword', factorEra('5.1'))).to.equal(true);
    expect(['3.1', '4.0', '5.0', '5.4'].map(factorEra)).to.deep.equal(['until-4.0', 'until-4.0', '5.0', 'since-5.1']);
  });

  it('5.1: first factors close a recipe for 4.0, and only an empty set does for 5.0', () => {
    const enabled = (firstFactors: string[], version: string) =>
      isRecipeEnabled({ ...OPEN_FACTORS, firstFactors }, 'thirdParty', factorEra(version));
    expect(enabled(['totp'], '4.0')).to.equal(false);
    expect(enabled(['thirdparty'], '4.0')).to.equal(true);
    expect(enabled(['totp'], '5.0')).to.equal(true);
    expect(enabled([], '5.0')).to.equal(false);
  });
});
