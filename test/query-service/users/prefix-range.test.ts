import { expect } from 'chai';
import * as fc from 'fast-check';
import { prefixRange } from '../../../query-service/users/prefix-range.js';

const bytes = (text: string) => Buffer.from(text, 'utf8');

/** As an index of texts compares: by the bytes of UTF-8. */
function isInRange(text: string, prefix: string): boolean {
  const { from, before } = prefixRange(prefix);
  return (
    Buffer.compare(bytes(text), bytes(from)) >= 0 &&
    (before === undefined || Buffer.compare(bytes(text), bytes(before)) < 0)
  );
}

const text = fc.string({ unit: 'binary' });

describe('the range of a prefix', () => {
  it('holds every text that starts with it', () => {
    fc.assert(fc.property(text, text, (prefix, rest) => isInRange(prefix + rest, prefix)));
  });

  it('holds no other text', () => {
    fc.assert(fc.property(text, text, (prefix, other) => other.startsWith(prefix) || !isInRange(other, prefix)));
  });

  it('is right at the edges of Unicode', () => {
    expect(prefixRange('\ud7ff')).to.deep.equal({ from: '\ud7ff', before: '\ue000' });
    expect(prefixRange('a\u{10ffff}')).to.deep.equal({ from: 'a\u{10ffff}', before: 'b' });
    expect(prefixRange('\u{10ffff}').before).to.equal(undefined);
    expect(isInRange('\u{10ffff}\u{10ffff}x', '\u{10ffff}')).to.equal(true);
    expect(prefixRange('').before).to.equal(undefined);
  });
});
