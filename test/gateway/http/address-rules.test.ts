import { expect } from 'chai';
import { compileAddressRule } from '../../../domain/config/address-rules.js';
import { ipAllowed } from '../../../gateway/http/ip-rules.js';

function allowed(rules: { allow?: string; deny?: string }, address: string): boolean {
  return ipAllowed(rules, address);
}

const LOOPBACK = '127\\.\\d+\\.\\d+\\.\\d+|::1|0:0:0:0:0:0:0:1';

describe('address rules (00-conventions.md 7)', () => {
  it('lets everybody pass without rules', () => {
    expect(allowed({}, '203.0.113.9')).to.equal(true);
    expect(allowed({}, '')).to.equal(true);
  });

  it('case 29: an allow rule that does not match refuses', () => {
    expect(allowed({ allow: '10\\.0\\.0\\.1' }, '127.0.0.1')).to.equal(false);
    expect(allowed({ allow: '10\\.0\\.0\\.1' }, '10.0.0.1')).to.equal(true);
  });

  it('case 30: deny wins over allow', () => {
    expect(allowed({ allow: LOOPBACK, deny: LOOPBACK }, '127.0.0.1')).to.equal(false);
  });

  it('a deny rule alone lets the others pass', () => {
    expect(allowed({ deny: '10\\..*' }, '10.1.1.1')).to.equal(false);
    expect(allowed({ deny: '10\\..*' }, '110.1.1.1')).to.equal(true);
  });

  it('matches whole addresses, also with alternatives', () => {
    expect(allowed({ allow: '10\\.0\\.0\\.1' }, '10.0.0.11')).to.equal(false);
    expect(allowed({ allow: 'a|10\\.0\\.0\\.1|b' }, '110.0.0.1')).to.equal(false);
  });

  it('knows mapped IPv4 addresses and both spellings of the IPv6 loopback', () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1', '0:0:0:0:0:0:0:1']) {
      expect(allowed({ allow: LOOPBACK }, address), address).to.equal(true);
    }
    expect(allowed({ allow: '0:0:0:0:0:0:0:1' }, '::1')).to.equal(true);
    expect(allowed({ deny: '127\\..*' }, '::ffff:127.0.0.1')).to.equal(false);
    expect(allowed({ allow: 'fe80:0:0:0:0:0:0:2' }, 'fe80::2%eth0')).to.equal(true);
  });

  it('matches no rule against what is no address', () => {
    expect(allowed({ allow: '.*' }, '')).to.equal(false);
    expect(allowed({ allow: '.*' }, 'x'.repeat(5000))).to.equal(false);
    expect(allowed({ deny: '.*' }, 'not-an-address')).to.equal(true);
  });
});

describe('compileAddressRule', () => {
  it('takes no expression that is invalid, also not one that brackets would complete, nor a very long one', () => {
    for (const rule of ['*', '(', 'a)|(b', 'a'.repeat(2001)]) expect(compileAddressRule(rule)).to.equal(undefined);
    expect(compileAddressRule('a'.repeat(2000))).to.be.instanceOf(RegExp);
  });
});
