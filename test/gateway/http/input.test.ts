import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import { readFields, readJsonBody, zInt, zLong, zObject, zStrings, zTrimmed } from '../../../gateway/http/input.js';

const INVALID_JSON = { ok: false, message: 'Invalid Json Input' };
const invalid = (name: string) => ({ ok: false, message: `Field name '${name}' is invalid in JSON input` });
const body = (text: string) => readJsonBody(Buffer.from(text));

describe('readJsonBody', () => {
  for (const text of ['', '[]', '"x"', '{']) {
    it(`case 25, case 26: refuses ${JSON.stringify(text)}`, () => {
      expect(body(text)).to.deep.equal(INVALID_JSON);
    });
  }

  it('W2: is strict', () => {
    for (const text of ['null', '1', "{'a':1}", '{a:1}', '{"a"=1}', '{"a":1,}', '{"a":1}//', '{"a":NaN}', '{}{}']) {
      expect(body(text), text).to.deep.equal(INVALID_JSON);
    }
  });

  it('W1: reads UTF-8, and nothing else', () => {
    expect(body('{"ä":"漢"}')).to.deep.equal({ ok: true, value: { value: { ä: '漢' }, text: '{"ä":"漢"}' } });
    expect(readJsonBody(Buffer.from('{"a":"\xe4"}', 'latin1'))).to.deep.equal(INVALID_JSON);
  });

  it('takes the last of several members of one name', () => {
    expect(body('{"a":1,"a":2}')).to.have.nested.property('value.value.a', 2);
  });

  it('keeps the text as it was written', () => {
    const text = ' {"big": 12345678901234567890, "f": 1.0}\n';
    expect(body(text)).to.have.nested.property('value.text', text);
  });

  it('does not let a __proto__ member reach any prototype', () => {
    const read = body('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    if (!read.ok) throw new Error(read.message);
    const fields = readFields(z.object({ polluted: z.number().optional() }), read.value.value);
    expect(fields).to.deep.equal({ ok: true, value: {} });
    expect({}).not.to.have.property('polluted');
  });

  it('does not care about nesting', () => {
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(body(deep)).to.have.property('ok', true);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json()), (raw) => {
        const read = readJsonBody(Buffer.from(raw));
        expect(read.ok || read.message === 'Invalid Json Input').to.equal(true);
      }),
    );
  });
});

describe('readFields', () => {
  for (const value of [5, true, null, {}, ['a'], undefined]) {
    it(`case 27: refuses ${JSON.stringify(value)} for a string`, () => {
      expect(readFields(z.object({ email: z.string() }), { email: value })).to.deep.equal(invalid('email'));
    });
  }

  it('case 27: refuses a missing string, and takes any that is there', () => {
    expect(readFields(z.object({ email: z.string() }), {})).to.deep.equal(invalid('email'));
    expect(readFields(z.object({ email: z.string() }), { email: '' })).to.deep.equal({
      ok: true,
      value: { email: '' },
    });
  });

  for (const value of ['true', 0, 1, null, [true], undefined]) {
    it(`case 28, W3: refuses ${JSON.stringify(value)} for a boolean`, () => {
      expect(readFields(z.object({ flag: z.boolean() }), { flag: value })).to.deep.equal(invalid('flag'));
    });
  }

  it('reports the first failing field in the order of the schema, not of the body', () => {
    const schema = z.object({ a: z.string(), b: z.boolean(), c: zLong() });
    expect(readFields(schema, { c: 'x', b: 1, a: 'ok' })).to.deep.equal(invalid('b'));
    expect(readFields(schema, { c: 'x', b: 1 })).to.deep.equal(invalid('a'));
    expect(readFields(schema, { c: 'x', b: true, a: 'ok' })).to.deep.equal(invalid('c'));
  });

  it('ignores unknown fields', () => {
    expect(readFields(z.object({ a: z.string() }), { a: 'x', b: 1 })).to.deep.equal({ ok: true, value: { a: 'x' } });
  });

  it('takes an absent optional field and refuses an explicit null, for every reader', () => {
    for (const reader of [z.string(), z.boolean(), zInt(), zLong(), zObject(), zStrings(), z.array(z.unknown())]) {
      const schema = z.object({ f: reader.optional() });
      expect(readFields(schema, {})).to.deep.equal({ ok: true, value: {} });
      expect(readFields(schema, { f: null })).to.deep.equal(invalid('f'));
      expect(readFields(z.object({ f: reader }), {})).to.deep.equal(invalid('f'));
    }
  });

  it('takes null where the schema says so', () => {
    const schema = z.object({ f: z.string().nullable() });
    expect(readFields(schema, { f: null })).to.deep.equal({ ok: true, value: { f: null } });
    expect(readFields(schema, {})).to.deep.equal(invalid('f'));
  });

  it('names the innermost field of a nested object', () => {
    const schema = z.object({ email: z.object({ id: z.string(), isVerified: z.boolean() }) });
    expect(readFields(schema, { email: { isVerified: true } })).to.deep.equal(invalid('id'));
    expect(readFields(schema, { email: { id: 'a' } })).to.deep.equal(invalid('isVerified'));
    expect(readFields(schema, { email: 'a' })).to.deep.equal(invalid('email'));
  });

  it('names the array for a bad element', () => {
    expect(readFields(z.object({ ids: zStrings() }), { ids: ['a', 1] })).to.deep.equal(invalid('ids'));
    expect(readFields(z.object({ ids: z.array(z.string()) }), { ids: ['a', 1] })).to.deep.equal(invalid('ids'));
    expect(readFields(z.object({ ids: zStrings() }), { ids: 'a' })).to.deep.equal(invalid('ids'));
    expect(readFields(z.object({ ids: zStrings() }), { ids: [] })).to.deep.equal({ ok: true, value: { ids: [] } });
  });

  it('passes messages of the schema through as they are', () => {
    const schema = z.object({
      limit: zInt().refine((n) => n > 0, 'limit must be positive'),
      ids: z.array(z.string('ids must be strings')),
    });
    expect(readFields(schema, { limit: 0, ids: [] })).to.deep.equal({ ok: false, message: 'limit must be positive' });
    expect(readFields(schema, { limit: 1, ids: [1] })).to.deep.equal({ ok: false, message: 'ids must be strings' });
    expect(readFields(schema, { limit: 'x', ids: [1] })).to.deep.equal(invalid('limit'));
  });

  it('trims, and refuses what is empty then', () => {
    const schema = z.object({ role: zTrimmed() });
    expect(readFields(schema, { role: ' r ' })).to.deep.equal({ ok: true, value: { role: 'r' } });
    expect(readFields(schema, { role: '  ' })).to.deep.equal({
      ok: false,
      message: "Field name 'role' cannot be an empty String",
    });
    expect(readFields(schema, { role: 1 })).to.deep.equal(invalid('role'));
  });

  const integer = (reader: typeof zInt, value: unknown) => {
    const read = readFields(z.object({ n: reader() }), { n: value });
    return read.ok ? read.value.n : read.message;
  };

  it('reads integers from numbers and texts, cut toward zero', () => {
    for (const reader of [zInt, zLong]) {
      expect(integer(reader, 1.9)).to.equal(1);
      expect(integer(reader, -1.9)).to.equal(-1);
      expect(Object.is(integer(reader, -0.5), 0)).to.equal(true);
      expect(integer(reader, '1000')).to.equal(1000);
      expect(integer(reader, '-7')).to.equal(-7);
    }
    expect(integer(zInt, 2_147_483_647)).to.equal(2_147_483_647);
    expect(integer(zInt, -2_147_483_648)).to.equal(-2_147_483_648);
    expect(integer(zLong, 4_000_000_000_000)).to.equal(4_000_000_000_000);
  });

  it('W3: refuses everything else for an integer, and what does not fit', () => {
    const message = invalid('n').message;
    for (const value of [
      '',
      ' 1',
      '1.5',
      '1e3',
      '0x1',
      'x',
      true,
      null,
      {},
      [1],
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]) {
      expect(integer(zInt, value), String(value)).to.equal(message);
      expect(integer(zLong, value), String(value)).to.equal(message);
    }
    expect(integer(zInt, 2_147_483_648)).to.equal(message);
    expect(integer(zInt, '-2147483649')).to.equal(message);
    expect(integer(zLong, 1e19)).to.equal(message);
    expect(integer(zLong, '9'.repeat(400))).to.equal(message);
  });

  it('passes objects on as they are', () => {
    const config = { a: null, nested: { b: [1] } };
    const read = readFields(z.object({ config: zObject() }), { config });
    expect(read.ok && read.value.config).to.equal(config);
    for (const value of [[], 'x', 1, null]) {
      expect(readFields(z.object({ config: zObject() }), { config: value })).to.deep.equal(invalid('config'));
    }
  });

  it('never throws, and always says which of its fields is wrong', () => {
    const schema = z.object({
      ...{ s: z.string(), b: z.boolean().optional(), i: zInt(), l: zLong().optional(), t: zTrimmed().optional() },
      ...{ a: zStrings(), o: zObject().optional(), n: z.object({ inner: z.string() }) },
    });
    const value = fc.oneof(
      fc.anything(),
      fc.record(
        { s: fc.string(), b: fc.jsonValue(), i: fc.jsonValue(), a: fc.jsonValue(), n: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(value, (given) => {
        const read = readFields(schema, given);
        if (!read.ok) expect(read.message).to.match(/^Field name '(|s|b|i|l|t|a|o|n|inner)' /);
      }),
      { numRuns: 300 },
    );
  });
});
