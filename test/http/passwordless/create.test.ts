import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { BEGINNING } from '../../../infra/ports/event-log.js';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { withStores } from '../../support/opened-stores.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, newTenant, refusal } from '../emailpassword/accounts.js';
import { consume, devicesOf, followed, newCode, RESTART, typed } from './codes.js';

const STANDARD_32 = /^[A-Za-z0-9+/]{43}=$/;
const URL_32 = /^[A-Za-z0-9_-]{43}$/;
const UUID = /^[0-9a-f-]{36}$/;
const invalid = (field: string) => badRequest(`Field name '${field}' is invalid in JSON input`);

describe('codes are made, listed and removed (40-thirdparty-passwordless.md 5.1, 5.5 to 5.7)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const create = (body: unknown, client = cdi, version?: string) => client.post('/recipe/signinup/code', body, version);
  const remove = (body: object, version?: string) => cdi.post('/recipe/signinup/code/remove', body, version);

  it('case 21: answers eight keys', async () => {
    const { json } = await create({ email: 'test@example.com' });
    expect(json).to.have.all.keys(
      ...['status', 'preAuthSessionId', 'codeId', 'deviceId', 'userInputCode', 'linkCode'],
      ...['timeCreated', 'codeLifetime'],
    );
    expect(json.userInputCode).to.match(/^[0-9]{6}$/);
    expect(json.deviceId).to.match(STANDARD_32);
    expect(json.preAuthSessionId).to.match(URL_32);
    expect(json.linkCode).to.match(URL_32);
    expect(json.codeId).to.match(UUID);
    expect(json.codeLifetime).to.equal(900_000);
  });

  it('case 22: takes a code of the caller, and a phone number in any form', async () => {
    const code = await newCode(cdi, { phoneNumber: '+44-207 183 8750', userInputCode: 'codeYcode' });
    expect(code.userInputCode).to.equal('codeYcode');
    const [device, ...more] = await devicesOf(cdi, 'phoneNumber=%2B44-207%20183%208750');
    expect(more).to.deep.equal([]);
    expect(device.phoneNumber).to.equal('+442071838750');
    expect(device).to.have.all.keys('preAuthSessionId', 'failedCodeInputAttemptCount', 'phoneNumber', 'codes');
  });

  it('case 23: wants exactly one of email, phone number and device', async () => {
    const exactlyOne = badRequest('Please provide exactly one of email, phoneNumber or deviceId');
    const [email, phoneNumber, deviceId] = ['a@b.c', '+1', 'AAAA'];
    const bodies = [{ email, phoneNumber }, {}, { email, deviceId }, { email, phoneNumber, deviceId }];
    for (const body of [...bodies, { userInputCode: 'x' }, { userInputCode: '' }])
      expect(refusal(await create(body)), JSON.stringify(body)).to.deep.equal(exactlyOne);
  });

  it('case 24: refuses an empty code, and null for a contact', async () => {
    expect(refusal(await create({ email: 'a@b.c', userInputCode: '' }))).to.deep.equal(
      badRequest('userInputCode cannot be an empty string.'),
    );
    expect(refusal(await create({ email: null }))).to.deep.equal(invalid('email'));
    expect(refusal(await create({ phoneNumber: null }))).to.deep.equal(invalid('phoneNumber'));
  });

  it('case 25: a device is named in base64, and an unknown one is over', async () => {
    expect(refusal(await create({ deviceId: '+442071838750' }))).to.deep.equal(
      badRequest('Input encoding error in deviceId'),
    );
    for (const deviceId of ['', Buffer.alloc(32, 7).toString('base64'), 'QUI='])
      expect((await create({ deviceId })).json, deviceId).to.deep.equal(RESTART);
  });

  it('cases 26, 27: another code for the same device, the first one stays good', async () => {
    const first = await newCode(cdi, { email: 'case26@example.com', userInputCode: 'codeYcode' });
    const { deviceId } = first;
    expect((await create({ deviceId, userInputCode: 'codeYcode' })).json).to.deep.equal({
      status: 'USER_INPUT_CODE_ALREADY_USED_ERROR',
    });
    const second = await newCode(cdi, { deviceId, userInputCode: 'another' });
    expect(second.deviceId).to.equal(deviceId);
    expect(second.preAuthSessionId).to.equal(first.preAuthSessionId);
    expect(second.codeId).not.to.equal(first.codeId);
    expect((await consume(cdi, followed(first))).json.status).to.equal('OK');
  });

  it('case 44: lists by one of four, and nothing where there is nothing', async () => {
    const exactlyOne = badRequest('Please provide exactly one of email, phoneNumber, deviceId or preAuthSessionId');
    const code = await newCode(cdi, { email: 'case44@example.com' });
    expect(await devicesOf(cdi, 'email=NoBody@x.y')).to.deep.equal([]);
    expect(await devicesOf(cdi, 'deviceId=nothing')).to.deep.equal([]);
    for (const query of [
      'email=CASE44@example.com',
      `deviceId=${encodeURIComponent(code.deviceId)}`,
      `preAuthSessionId=${code.preAuthSessionId}`,
    ]) {
      const [device] = await devicesOf(cdi, query);
      expect(device.preAuthSessionId, query).to.equal(code.preAuthSessionId);
      expect(device.codes[0].codeId, query).to.equal(code.codeId);
      expect(device.codes[0]).to.have.all.keys('codeId', 'timeCreated', 'codeLifetime');
    }
    const wrong = await cdi.get('/recipe/signinup/codes?deviceId=anythin-does-anything');
    expect(refusal(wrong)).to.deep.equal(badRequest('Input encoding error in deviceId'));
    expect(refusal(await cdi.get('/recipe/signinup/codes'))).to.deep.equal(exactlyOne);
    expect(refusal(await cdi.get('/recipe/signinup/codes?email=a&phoneNumber=b'))).to.deep.equal(exactlyOne);
  });

  it('case 46: removes a code, and the device with its last one', async () => {
    const first = await newCode(cdi, { email: 'case46@example.com' });
    const second = await newCode(cdi, { deviceId: first.deviceId });
    expect((await remove({ codeId: first.codeId })).json).to.deep.equal({ status: 'OK' });
    const [device] = await devicesOf(cdi, 'email=case46@example.com');
    expect(device.codes.map((code: { codeId: string }) => code.codeId)).to.deep.equal([second.codeId]);
    expect((await consume(cdi, followed(first))).json).to.deep.equal(RESTART);
    await remove({ codeId: second.codeId });
    expect(await devicesOf(cdi, 'email=case46@example.com')).to.deep.equal([]);
    expect((await remove({ codeId: 'unknown' })).json).to.deep.equal({ status: 'OK' });
  });

  it('case 46: from CDI 5.0 on removes a device as a whole, too', async () => {
    const code = await newCode(cdi, { email: 'case46-device@example.com' });
    expect(refusal(await remove({}))).to.deep.equal(badRequest("Please provide either 'codeId' or 'preAuthSessionId'"));
    const { codeId, preAuthSessionId } = code;
    expect(refusal(await remove({ codeId, preAuthSessionId }))).to.deep.equal(
      badRequest("Please provide only one of 'codeId' or 'preAuthSessionId'"),
    );
    expect(refusal(await remove({ preAuthSessionId }, '4.0'))).to.deep.equal(invalid('codeId'));
    expect((await remove({ preAuthSessionId })).json).to.deep.equal({ status: 'OK' });
    expect((await consume(cdi, typed(code))).json).to.deep.equal(RESTART);
    expect((await remove({ preAuthSessionId: 'unknown' })).json).to.deep.equal({ status: 'OK' });
  });

  it('case 47: removes all codes of a contact, and of no other', async () => {
    const removeAll = (body: object) => cdi.post('/recipe/signinup/codes/remove', body);
    const gone = [
      await newCode(cdi, { email: 'case47@example.com' }),
      await newCode(cdi, { email: 'case47@example.com' }),
    ];
    const other = await newCode(cdi, { email: 'case47-other@example.com' });
    expect((await removeAll({ email: 'case47@examplE.com' })).json).to.deep.equal({ status: 'OK' });
    for (const code of gone) expect((await consume(cdi, typed(code))).json).to.deep.equal(RESTART);
    expect((await consume(cdi, typed(other))).json.status).to.equal('OK');
    const exactlyOne = badRequest('Please provide exactly one of email or phoneNumber');
    expect(refusal(await removeAll({}))).to.deep.equal(exactlyOne);
    expect(refusal(await removeAll({ email: 'a', phoneNumber: 'b' }))).to.deep.equal(exactlyOne);
  });

  it('1.5: is refused where the recipe is not enabled, but removal is not', async () => {
    const t1 = await newTenant(cdi, 'disabled', { firstFactors: ['emailpassword'] });
    const disabled = [403, 'Passwordless login not enabled for tenant\n'];
    expect(refusal(await create({ email: 'a@b.c' }, t1, '4.0'))).to.deep.equal(disabled);
    expect(refusal(await consume(t1, { preAuthSessionId: 'x', linkCode: 'y' }, '4.0'))).to.deep.equal(disabled);
    expect((await create({ email: 'a@b.c' }, t1, '5.1')).json.status).to.equal('OK');
    const removed = await t1.post('/recipe/signinup/codes/remove', { email: 'a@b.c' }, '4.0');
    expect(removed.json).to.deep.equal({ status: 'OK' });
  });

  it('keeps no contact and no secret of a code in the clear', async () => {
    const code = await newCode(cdi, { email: 'sealed@example.com', userInputCode: 'very-secret-code' });
    const events = await withStores(annals.dataDir, ({ log }) => log.readAll({ after: BEGINNING, limit: 10_000 }));
    const files = ['log.db', 'log.db-wal'].map((file) => `${annals.dataDir}/${file}`);
    const bytes = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')));
    const said = events.map(({ stream, data, metadata }) => `${stream} ${data} ${JSON.stringify(metadata)}`);
    const text = [...said, ...bytes].join('\n');
    for (const secret of ['sealed@example.com', code.deviceId, code.linkCode, code.userInputCode])
      expect(text.includes(secret), secret).to.equal(false);
    expect(text.includes(code.preAuthSessionId)).to.equal(true);
  });
});
