import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { APP, expectOk, expectRefused, TEN } from './paths.js';

const V2 = `${TEN}/v2`;
const OTP_AND_LINK = ['otp-email', 'otp-phone', 'link-email', 'link-phone'];

describe('tenant rows and factors (10-multitenancy.md 5, 7.1, 7.2)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  /** Which recipes a v1 read shows as enabled. */
  async function enabledAt(tenant: string, version: string): Promise<string[]> {
    const { json } = await cdi.at(tenant).get(TEN, version);
    return ['emailPassword', 'thirdParty', 'passwordless'].filter((recipe) => json[recipe].enabled);
  }

  it('case 1: a tenant is created once, with a lower-case id and no first factor', async () => {
    expectOk(await cdi.put(V2, { tenantId: 'North' }), { createdNew: true });
    expectOk(await cdi.put(V2, { tenantId: 'North' }), { createdNew: false });
    expectOk(await cdi.at('/NORTH').get(V2), {
      tenantId: 'north',
      thirdParty: { providers: [] },
      firstFactors: [],
      coreConfig: {},
    });
  });

  it('case 2: the public tenant of a new app leaves first factors to the SDK', async () => {
    expectOk(await cdi.put(`${APP}/v2`, { appId: 'shop' }), { createdNew: true });
    expectOk(await cdi.at('/appid-shop').get(V2), {
      tenantId: 'public',
      thirdParty: { providers: [] },
      coreConfig: {},
    });
  });

  it('case 3: v1 shows a tenant without first factors as closed', async () => {
    await cdi.put(V2, { tenantId: 'case3' });
    for (const version of ['3.0', '5.0']) {
      expectOk(await cdi.at('/case3').get(TEN, version), {
        tenantId: 'case3',
        emailPassword: { enabled: false },
        thirdParty: { enabled: false, providers: [] },
        passwordless: { enabled: false },
        coreConfig: {},
      });
    }
  });

  it('case 4: first factors show as flags in old versions and as a list in new ones', async () => {
    await cdi.put(V2, { tenantId: 'case4', firstFactors: ['emailpassword', 'otp-email'] });
    const { json } = await cdi.at('/case4').get(V2);
    expect(json.firstFactors).to.have.members(['emailpassword', 'otp-email']);
    expect(await enabledAt('/case4', '3.0')).to.deep.equal(['emailPassword', 'passwordless']);
    expect(await enabledAt('/case4', '5.0')).to.deep.equal(['emailPassword', 'thirdParty', 'passwordless']);
    const v1 = await cdi.at('/case4').get(TEN, '5.0');
    expect(v1.json.firstFactors).to.have.members(['emailpassword', 'otp-email']);
  });

  it('case 5: null, empty and absent lists are told apart', async () => {
    await cdi.put(V2, { tenantId: 'case5' });
    await cdi.put(V2, { tenantId: 'case5', firstFactors: null });
    expect((await cdi.at('/case5').get(V2)).json).not.to.have.property('firstFactors');
    await cdi.put(V2, { tenantId: 'case5', firstFactors: [] });
    expect((await cdi.at('/case5').get(V2)).json.firstFactors).to.deep.equal([]);
    await cdi.put(V2, { tenantId: 'case5', requiredSecondaryFactors: ['totp'] });
    expect((await cdi.at('/case5').get(V2)).json.requiredSecondaryFactors).to.deep.equal(['totp']);
    await cdi.put(V2, { tenantId: 'case5', requiredSecondaryFactors: [] });
    expect((await cdi.at('/case5').get(V2)).json).not.to.have.property('requiredSecondaryFactors');
  });

  it('case 6: v2 refuses the flags of v1', async () => {
    const put = (flag: object) => cdi.put(V2, { tenantId: 'case6', ...flag });
    const refused = 'is not a valid input for this API';
    expectRefused(await put({ emailPasswordEnabled: true }), 400, `emailPasswordEnabled ${refused}`);
    expectRefused(await put({ thirdPartyEnabled: true }), 400, `thirdParty ${refused}`);
    expectRefused(await put({ passwordlessEnabled: null }), 400, `passwordless ${refused}`);
  });

  it('case 7: factor lists hold distinct ids of allowed characters', async () => {
    const put = (firstFactors: unknown) => cdi.put(V2, { tenantId: 'case7', firstFactors });
    expectRefused(await put(['x', 'y', 'x']), 400, 'firstFactors input should not contain duplicate values');
    expectRefused(await put(['a b']), 400, 'firstFactors should contain only 0-9,a-z,A-Z,_,.,- characters');
    expectRefused(await put(['ok', 5]), 400, "Field name 'firstFactors' is invalid in JSON input");
    expectRefused(await put('totp'), 400, "Field name 'firstFactors' is invalid in JSON input");
  });

  it('case 8: v1 refuses an empty list', async () => {
    expectRefused(
      await cdi.put(TEN, { tenantId: 's1', firstFactors: [] }, '5.0'),
      400,
      'firstFactors cannot be empty. Set null instead to remove all first factors.',
    );
  });

  it('case 9: v1 refuses first factors of a recipe that the same body disables', async () => {
    const body = { tenantId: 's1', emailPasswordEnabled: false, firstFactors: ['emailpassword'] };
    expectRefused(
      await cdi.put(TEN, body, '5.0'),
      400,
      "Invalid core config: firstFactors should not contain 'emailpassword' because emailPassword is disabled for " +
        'the tenant.',
    );
  });

  it('case 10: a recipe enabled by CDI 3.0 becomes the only first factor', async () => {
    await cdi.put(TEN, { tenantId: 's2', emailPasswordEnabled: true }, '3.0');
    expect(await enabledAt('/s2', '3.0')).to.deep.equal(['emailPassword']);
    expect((await cdi.at('/s2').get(V2)).json.firstFactors).to.deep.equal(['emailpassword']);
  });

  it('case 11: a recipe disabled by CDI 3.0 leaves the other five first factors', async () => {
    await cdi.put(APP, { appId: 'x1', thirdPartyEnabled: false }, '3.0');
    const { json } = await cdi.at('/appid-x1').get(V2);
    expect(json.firstFactors).to.have.members(['emailpassword', ...OTP_AND_LINK]);
    expect(await enabledAt('/appid-x1', '5.0')).to.include('thirdParty');
  });

  it('case 12: a recipe disabled by CDI 5.0 clears its flag', async () => {
    await cdi.put(APP, { appId: 'x2', thirdPartyEnabled: false }, '5.0');
    expect(await enabledAt('/appid-x2', '5.0')).to.deep.equal(['emailPassword', 'passwordless']);
    expect((await cdi.at('/appid-x2').get(TEN, '5.0')).json).not.to.have.property('firstFactors');
    const { json } = await cdi.at('/appid-x2').get(V2);
    expect(json.firstFactors).to.have.members(['emailpassword', ...OTP_AND_LINK]);
  });

  it('case 13: a recipe enabled as a second factor alone does not become a first factor', async () => {
    await cdi.put(TEN, { tenantId: 's3', emailPasswordEnabled: true }, '5.0');
    await cdi.put(TEN, { tenantId: 's3', requiredSecondaryFactors: ['otp-phone'] }, '5.0');
    const { json } = await cdi.at('/s3').get(V2);
    expect(json.firstFactors).to.deep.equal(['emailpassword']);
    expect(json.requiredSecondaryFactors).to.deep.equal(['otp-phone']);
    expect(await enabledAt('/s3', '5.0')).to.include('passwordless');
  });

  it('case 14: v2 opens a tenant that CDI 3.0 created closed', async () => {
    await cdi.put(TEN, { tenantId: 's4' }, '3.0');
    await cdi.put(V2, { tenantId: 's4', firstFactors: ['thirdparty'] });
    expect(await enabledAt('/s4', '5.0')).to.deep.equal(['emailPassword', 'thirdParty', 'passwordless']);
  });

  it('case 15: v1 opens one recipe of a tenant that v2 created closed', async () => {
    await cdi.put(V2, { tenantId: 's5' });
    await cdi.put(TEN, { tenantId: 's5', passwordlessEnabled: true }, '5.0');
    expect(await enabledAt('/s5', '5.0')).to.deep.equal(['passwordless']);
    expect((await cdi.at('/s5').get(V2)).json.firstFactors).to.have.members(OTP_AND_LINK);
  });

  it('case 16: CDI 5.0 refuses a recipe that the tenant disables, later versions leave that to the SDK', async () => {
    await cdi.put(V2, { tenantId: 'case16' });
    const signUp = (version: string) =>
      cdi.at('/case16').post('/recipe/signup', { email: 'a@x.test', password: 'p' }, version);
    expectRefused(await signUp('5.0'), 403, 'Email password login not enabled for tenant');
    expect((await signUp('5.1')).json.status).to.equal('OK');
  });

  it('case 58: a tenant is usable at once, first factors or not', async () => {
    await cdi.put(`${APP}/v2`, { appId: 'case58' });
    const app = cdi.at('/appid-case58');
    expectOk(await app.put(V2, { tenantId: 'n1' }), { createdNew: true });
    const signedUp = await app.at('/n1').post('/recipe/signup', { email: 'a@x.test', password: 'p' }, '5.4');
    expect(signedUp.json.status).to.equal('OK');
    expect((await app.get(`${TEN}/list/v2`)).json.tenants).to.have.length(2);
  });

  it('of ten parallel creations of one tenant exactly one is new', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => cdi.put(V2, { tenantId: 'race' })));
    expect(answers.filter((answer) => answer.json.createdNew)).to.have.length(1);
    expect(answers.every((answer) => answer.json.status === 'OK')).to.equal(true);
  });
});
