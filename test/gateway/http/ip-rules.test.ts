import { expect } from 'chai';
import { ipAllowed } from '../../../gateway/http/ip-rules.js';

const LOOPBACK = String.raw`127\.\d+\.\d+\.\d+|::1|0:0:0:0:0:0:0:1`;
const LOOPBACK_PEERS = ['127.0.0.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'];

describe('ipAllowed', () => {
  it('case 29: an allow rule lets nobody else in; no rule lets everybody in', () => {
    const allow = String.raw`10\.0\.0\.1`;
    for (const peer of LOOPBACK_PEERS) {
      expect(ipAllowed({ allow }, peer), peer).to.equal(false);
      expect(ipAllowed({}, peer), peer).to.equal(true);
      expect(ipAllowed({ allow: null, deny: null }, peer), peer).to.equal(true);
    }
    expect(ipAllowed({ allow }, '10.0.0.1')).to.equal(true);
    expect(ipAllowed({ allow }, '::ffff:10.0.0.1')).to.equal(true);
  });

  it('case 30: deny wins over allow', () => {
    for (const peer of LOOPBACK_PEERS) {
      expect(ipAllowed({ allow: LOOPBACK, deny: LOOPBACK }, peer), peer).to.equal(false);
      expect(ipAllowed({ allow: LOOPBACK }, peer), peer).to.equal(true);
      expect(ipAllowed({ deny: LOOPBACK }, peer), peer).to.equal(false);
    }
  });

  it('a deny rule alone lets everybody else in; with an allow rule only its matches', () => {
    expect(ipAllowed({ deny: LOOPBACK }, '10.0.0.1')).to.equal(true);
    expect(ipAllowed({ deny: LOOPBACK, allow: '10.*' }, '10.0.0.1')).to.equal(true);
    expect(ipAllowed({ deny: LOOPBACK, allow: '11.*' }, '10.0.0.1')).to.equal(false);
  });

  it('either spelling of the IPv6 loopback in a rule matches both', () => {
    for (const rule of ['::1', '0:0:0:0:0:0:0:1']) {
      expect(ipAllowed({ allow: rule }, '::1')).to.equal(true);
      expect(ipAllowed({ allow: rule }, '0:0:0:0:0:0:0:1')).to.equal(true);
      expect(ipAllowed({ allow: rule }, '127.0.0.1')).to.equal(false);
    }
  });

  it('matches the long form of IPv6 addresses, and addresses without their zone', () => {
    expect(ipAllowed({ allow: '2001:db8:0:0:0:0:0:ab' }, '2001:db8::ab')).to.equal(true);
    expect(ipAllowed({ allow: 'fe80::1' }, 'fe80::1%eth0')).to.equal(true);
    expect(ipAllowed({ allow: 'fe80:0:0:0:0:0:0:1' }, 'fe80::1%eth0')).to.equal(true);
  });

  it('matches the whole address only', () => {
    expect(ipAllowed({ allow: '10' }, '10.0.0.1')).to.equal(false);
    expect(ipAllowed({ deny: 'x|10' }, '10.0.0.1')).to.equal(true);
    expect(ipAllowed({ allow: '1.1.1.1' }, '1.1.1.11')).to.equal(false);
  });

  it('lets nobody in by a rule that is no expression, nor a peer that is gone by an allow rule', () => {
    for (const rule of ['*', ')|(']) {
      expect(ipAllowed({ allow: rule }, '10.0.0.1'), rule).to.equal(false);
      expect(ipAllowed({ deny: rule }, '10.0.0.1'), rule).to.equal(false);
    }
    expect(ipAllowed({ allow: LOOPBACK }, undefined)).to.equal(false);
    expect(ipAllowed({}, undefined)).to.equal(true);
  });

  it('keeps to the rules however many there are', () => {
    for (let i = 0; i < 3000; i++) {
      const allow = `10.0.${i >> 8}.${i & 255}`;
      expect(ipAllowed({ allow }, allow)).to.equal(true);
      expect(ipAllowed({ allow }, '1.1.1.1')).to.equal(false);
    }
  });
});
