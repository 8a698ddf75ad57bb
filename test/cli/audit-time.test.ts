import { expect } from 'chai';
import { timeOf } from '../../cli/audit/time.js';

describe('when an event was recorded, as an audit tells it', () => {
  it('is what the log says', () => {
    for (const at of [undefined, 1_700_000_000_122, 1_700_000_000_123, 1_600_000_000_000])
      expect(timeOf({ recordedAt: 1_700_000_000_123, data: { at } })).to.equal(1_700_000_000_123);
  });

  it('is the time of the decision where the log tells no more than its second', () => {
    expect(timeOf({ recordedAt: 1_700_000_000_000, data: { at: 1_700_000_000_999 } })).to.equal(1_700_000_000_999);
    expect(timeOf({ recordedAt: 1_700_000_000_000, data: { at: 1_700_000_001_000 } })).to.equal(1_700_000_000_000);
  });
});
