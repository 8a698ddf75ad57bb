import { expect } from 'chai';
import { acceptedKeys, checkApiKey, presentedApiKey } from '../../../gateway/http/api-key.js';

const K1 = 'aaaaaaaaaaaaaaaaaaaa-1';
const K2 = 'BBBBBBBBBBBBBBBBBBBB=2';
const SECRET = 's'.repeat(40);
const CONFIGURED = acceptedKeys(` ${K1} , ${K2} `, null);

const check = (headers: Parameters<typeof presentedApiKey>[0], accepted = CONFIGURED) =>
  checkApiKey(presentedApiKey(headers), accepted);

describe('checkApiKey', () => {
  it('case 18: takes either key from either header', () => {
    expect(check({ 'api-key': K2 })).to.equal('ok');
    expect(check({ 'api-key': `  ${K1} ` })).to.equal('ok');
    expect(check({ authorization: K1 })).to.equal('ok');
    expect(check({ authorization: `bEaReR ${K1}` })).to.equal('ok');
    expect(check({ authorization: `Bearer   ${K1} ` })).to.equal('ok');
  });

  it('case 19: refuses no key, a wrong one, and an empty one even next to a right Authorization', () => {
    expect(check({})).to.equal('refused');
    expect(check({ 'api-key': 'wrong' })).to.equal('refused');
    expect(check({ 'api-key': '', authorization: K1 })).to.equal('refused');
    expect(check({ 'api-key': '  ', authorization: K1 })).to.equal('refused');
    expect(check({ authorization: `Basic ${K1}` })).to.equal('refused');
    expect(check({ 'api-key': K1.toUpperCase() })).to.equal('refused');
    expect(check({ 'api-key': `${K1},${K2}` })).to.equal('refused');
  });

  it('case 20: anything passes where no key is configured', () => {
    for (const none of [acceptedKeys(null, null), acceptedKeys('', ''), acceptedKeys(undefined, undefined)]) {
      expect(check({}, none)).to.equal('ok');
      expect(check({ 'api-key': 'any' }, none)).to.equal('ok');
    }
  });

  it('tells the SaaS secret from the keys', () => {
    const accepted = acceptedKeys(K1, SECRET);
    expect(check({ 'api-key': SECRET }, accepted)).to.equal('ok-saas-secret');
    expect(check({ authorization: `Bearer ${SECRET}` }, accepted)).to.equal('ok-saas-secret');
    expect(check({ 'api-key': K1 }, accepted)).to.equal('ok');
    expect(check({ 'api-key': K2 }, accepted)).to.equal('refused');
    expect(check({}, accepted)).to.equal('refused');
  });

  it('asks for the SaaS secret where an app has no keys', () => {
    const accepted = acceptedKeys(null, SECRET);
    expect(check({ 'api-key': SECRET }, accepted)).to.equal('ok-saas-secret');
    expect(check({ 'api-key': K1 }, accepted)).to.equal('refused');
    expect(check({}, accepted)).to.equal('refused');
  });

  it('does not take an empty key for a gap in the list', () => {
    expect(check({ 'api-key': '' }, acceptedKeys(`${K1},,`, null))).to.equal('refused');
  });
});
