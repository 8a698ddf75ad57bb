import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import { parseQuery, qInt, qList, qLong, readQuery } from '../../../gateway/http/query.js';

const read = <S extends z.ZodObject>(schema: S, url: string) => readQuery(schema, parseQuery(url));
const refused = (message: string) => ({ ok: false, message });

describe('readQuery', () => {
  it('case 12: since is compulsory and a long', () => {
    const schema = z.object({
      since: qLong().refine((since) => since >= 0, "'since' query parameter must be >= 0"),
    });
    expect(read(schema, '/users/count/active')).to.deep.equal(refused("Field name 'since' is missing in GET request"));
    expect(read(schema, '/x?since=x')).to.deep.equal(refused("Field name 'since' must be a long in the GET request"));
    expect(read(schema, '/x?since=-1')).to.deep.equal(refused("'since' query parameter must be >= 0"));
    expect(read(schema, '/x?since=0')).to.deep.equal({ ok: true, value: { since: 0 } });
  });

  it('case 46: names a missing text', () => {
    expect(read(z.object({ pid: z.string() }), '/config')).to.deep.equal(
      refused("Field name 'pid' is missing in GET request"),
    );
  });

  it('reads ints and longs to their limits', () => {
    const schema = z.object({ i: qInt().optional(), l: qLong().optional() });
    expect(read(schema, '/?i=2147483647&l=-9223372036854775808')).to.deep.equal({
      ok: true,
      value: { i: 2_147_483_647, l: -(2 ** 63) },
    });
    expect(read(schema, '/?i=%2B5&l=007')).to.deep.equal({ ok: true, value: { i: 5, l: 7 } });
    for (const text of ['2147483648', '-2147483649', '', '+5', '1.0', '0x1', '1e1', ' ']) {
      expect(read(schema, `/?i=${text}`), text).to.deep.equal(
        refused("Field name 'i' must be an int in the GET request"),
      );
    }
    for (const text of ['9223372036854775808', '-9223372036854775809', '', '1'.repeat(9000)]) {
      expect(read(schema, `/?l=${text}`), text).to.deep.equal(
        refused("Field name 'l' must be a long in the GET request"),
      );
    }
  });

  it('takes an absent optional parameter, and an empty value for a present one', () => {
    const schema = z.object({ a: z.string().optional(), n: qInt().optional() });
    expect(read(schema, '/x')).to.deep.equal({ ok: true, value: {} });
    expect(read(schema, '/x?a')).to.deep.equal({ ok: true, value: { a: '' } });
    expect(read(schema, '/x?a=')).to.deep.equal({ ok: true, value: { a: '' } });
  });

  it('splits comma lists', () => {
    const schema = z.object({ list: qList().optional() });
    expect(read(schema, '/x?list=a,%20b%20,,c')).to.deep.equal({ ok: true, value: { list: ['a', 'b', 'c'] } });
    expect(read(schema, '/x?list=')).to.deep.equal({ ok: true, value: { list: [] } });
    expect(read(schema, '/x')).to.deep.equal({ ok: true, value: {} });
  });

  it('takes the first value of a repeated parameter', () => {
    expect(read(z.object({ a: z.string() }), '/x?a=1&a=2')).to.deep.equal({ ok: true, value: { a: '1' } });
  });

  it('tells names and values by letter case, and reads + and %20 as spaces', () => {
    const schema = z.object({ a: z.string(), A: z.string() });
    expect(read(schema, '/x?A=Y+Z&a=y%20z%2B')).to.deep.equal({ ok: true, value: { a: 'y z+', A: 'Y Z' } });
  });

  it('survives escapes that are none', () => {
    const schema = z.object({ a: z.string() });
    expect(read(schema, '/x?a=%')).to.deep.equal({ ok: true, value: { a: '%' } });
    expect(read(schema, '/x?a=%zz')).to.deep.equal({ ok: true, value: { a: '%zz' } });
    expect(read(schema, '/x?a=%ff')).to.deep.equal({ ok: true, value: { a: '\ufffd' } });
  });

  it('does not let parameters reach any prototype', () => {
    expect(read(z.object({ toString: z.string() }), '/x?__proto__=1')).to.deep.equal(
      refused("Field name 'toString' is missing in GET request"),
    );
    expect(read(z.object({ a: z.string() }), '/x?__proto__[a]=1&constructor=2')).to.have.property('ok', false);
    expect({}).not.to.have.property('a');
  });

  it('reports the first failing parameter in the order of the schema', () => {
    const schema = z.object({ a: z.string(), n: qInt(), e: z.enum(['x', 'y']) });
    expect(read(schema, '/x?e=z&n=q')).to.deep.equal(refused("Field name 'a' is missing in GET request"));
    expect(read(schema, '/x?e=z&n=q&a=')).to.deep.equal(refused("Field name 'n' must be an int in the GET request"));
    expect(read(schema, '/x?e=z&n=1&a=')).to.deep.equal(refused("Field name 'e' is invalid in GET request"));
  });

  it('never throws', () => {
    const schema = z.object({ a: z.string().optional(), n: qLong().optional(), l: qList().optional() });
    const pair = fc.tuple(fc.constantFrom('a=', 'n=', 'l=', '%'), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pair.map((parts) => parts.join('')),
        ),
        (query) => {
          expect(read(schema, `/x?${query}`)).to.have.property('ok');
        },
      ),
      { numRuns: 300 },
    );
  });
});
