import { expect } from 'chai';
import fc from 'fast-check';
import { jsonText } from '../../../domain/json/raw-json.js';
import { rawJson, renderJson } from '../../../domain/json/render-json.js';

describe('rendering JSON', () => {
  const raw = rawJson(jsonText('{"2":1.0,"1":1234567890123456789}'));

  it('writes raw texts verbatim, wherever they stand', () => {
    expect(renderJson(raw)).to.equal('{"2":1.0,"1":1234567890123456789}');
    expect(renderJson({ status: 'OK', session: { userDataInJWT: raw, tags: ['a', raw] } })).to.equal(
      '{"status":"OK","session":{"userDataInJWT":{"2":1.0,"1":1234567890123456789},' +
        '"tags":["a",{"2":1.0,"1":1234567890123456789}]}}',
    );
  });

  it('leaves out undefined members and writes undefined items as null, beside raw texts too', () => {
    expect(renderJson({ a: undefined, b: [undefined, rawJson(jsonText('1.0'))] })).to.equal('{"b":[null,1.0]}');
  });

  it('refuses what has no JSON form', () => {
    expect(() => renderJson(undefined)).to.throw(TypeError);
  });

  it('renders as JSON.stringify does, with or without raw parts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        expect(renderJson(value)).to.equal(JSON.stringify(value));
        const embedded = rawJson(jsonText(JSON.stringify(other)));
        expect(renderJson({ value, list: [embedded] })).to.equal(JSON.stringify({ value, list: [other] }));
      }),
    );
  });
});
