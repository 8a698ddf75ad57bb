import { expect } from 'chai';
import fc from 'fast-check';
import { jsonText } from '../../../domain/json/raw-json.js';
import { sameJson } from '../../../domain/json/same-json.js';

const same = (a: string, b: string): boolean => sameJson(jsonText(a), jsonText(b));

describe('equality of JSON texts', () => {
  it('ignores member order and whitespace', () => {
    expect(same('{"a":1,"b":[{"c":2,"d":3}]}', ' { "b" : [ {"d":3,"c":2} ], "a":1 }')).to.equal(true);
  });

  it('minds the order of array items', () => {
    expect(same('[1,2]', '[2,1]')).to.equal(false);
  });

  for (const [a, b] of [
    ['1', '1.0'],
    ['1', '1e0'],
    ['100', '1E+2'],
    ['0.01', '1e-2'],
    ['10e-1', '1'],
    ['0', '-0.0e7'],
    ['-1200', '-1.2e3'],
    ['9007199254740993', '9007199254740993.0'],
    ['"\\u0061/"', '"a\\/"'],
    ['{"\\u0061":1}', '{"a":1}'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['[]', '[ ]'],
  ] as const) {
    it(`${a} equals ${b}`, () => expect(same(a, b)).to.equal(true));
  }

  for (const [a, b] of [
    ['9007199254740992', '9007199254740993'],
    ['1', '-1'],
    ['1', '10'],
    ['0.1', '0.10000000000000000001'],
    ['1', '"1"'],
    ['null', '{}'],
    ['null', '"null"'],
    ['[]', '{}'],
    ['[[]]', '[]'],
    ['{"a":null}', '{}'],
    ['["a,b"]', '["a","b"]'],
    ['{"a":{"b":1}}', '{"a":{},"b":1}'],
  ] as const) {
    it(`${a} differs from ${b}`, () => expect(same(a, b)).to.equal(false));
  }

  it('compares 100000 levels of nesting', () => {
    const deep = (leaf: string): string => `${'[{"a":'.repeat(100_000)}${leaf}${'}]'.repeat(100_000)}`;
    expect(same(deep('1'), deep('1.0'))).to.equal(true);
    expect(same(deep('1'), deep('2'))).to.equal(false);
  });

  it('takes huge numbers in its stride', () => {
    const zeros = '0'.repeat(200_000);
    expect(same(`1${zeros}1`, `1${zeros}1.0`)).to.equal(true);
    expect(same('1e999999999999999999999', '10e999999999999999999998')).to.equal(true);
  });

  it('holds for any value and its copy with members reversed', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).reverse();
      return Object.fromEntries(entries.map(([name, member]) => [name, reversed(member)]));
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(same(JSON.stringify(value), JSON.stringify(reversed(value), null, 1))).to.equal(true);
        expect(same(JSON.stringify([value]), JSON.stringify([value, value]))).to.equal(false);
      }),
    );
  });
});
