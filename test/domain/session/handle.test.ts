import { expect } from 'chai';
import fc from 'fast-check';
import { isWellFormedHandle, makeHandle, tenantOfHandle } from '../../../domain/session/handle.js';
import { HANDLE } from './fixtures.js';

describe('session handle', () => {
  it('case 9: names its tenant, unless that is public', () => {
    expect(makeHandle(HANDLE, 't1')).to.equal(`${HANDLE}_t1`);
    expect(makeHandle(HANDLE, 'public')).to.equal(HANDLE);
  });

  it('case 50: leads to its tenant from anywhere', () => {
    const tenantId = fc.stringMatching(/^[a-z0-9-]{1,40}$/);
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), tenantId, (uuid, tenant) => {
        const handle = makeHandle(uuid, tenant);
        expect(tenantOfHandle(handle)).to.equal(tenant);
        expect(isWellFormedHandle(handle)).to.equal(true);
      }),
    );
  });

  it('the second part names the tenant, in lower case; without one it is public', () => {
    const tenants = ['', 'abc', 'abc_', 'abc__', 'abc_T1', 'abc_t1_t2', '_t1'].map(tenantOfHandle);
    expect(tenants).to.deep.equal(['public', 'public', 'public', 'public', 't1', 't1', 't1']);
  });

  it('case 64: underscores alone lead nowhere', () => {
    expect(['_', '___'].map(tenantOfHandle)).to.deep.equal([undefined, undefined]);
  });

  it('text that no session can have is not well formed', () => {
    const texts = [
      '',
      '_',
      'random',
      `${HANDLE}_`,
      `${HANDLE}_T1`,
      `${HANDLE}_t1_t2`,
      HANDLE.toUpperCase(),
      `${HANDLE}\n`,
    ];
    expect(texts.filter(isWellFormedHandle)).to.deep.equal([]);
  });
});
