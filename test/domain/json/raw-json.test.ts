import { expect } from 'chai';
import fc from 'fast-check';
import { compactJson, jsonText, memberText, objectMembers, objectText } from '../../../domain/json/raw-json.js';

const DEEP = 100_000;

describe('raw JSON', () => {
  it('accepts JSON texts only', () => {
    expect(jsonText(' {"a":1} ')).to.equal(' {"a":1} ');
    for (const bad of ['', '{', "{'a':1}", '{"a":01}']) expect(() => jsonText(bad), bad).to.throw(SyntaxError);
  });

  it('keeps member order, also of names that look like integers', () => {
    expect(objectMembers(jsonText('{"b":1,"10":2,"2":3,"__proto__":4}'))).to.deep.equal([
      ['b', '1'],
      ['10', '2'],
      ['2', '3'],
      ['__proto__', '4'],
    ]);
  });

  it('case 63: keeps nulls and every digit', () => {
    const text = jsonText('{"n":null,"big":1234567890123456789,"real":1.0,"exponent":1E+2}');
    expect(objectMembers(text)).to.deep.equal([
      ['n', 'null'],
      ['big', '1234567890123456789'],
      ['real', '1.0'],
      ['exponent', '1E+2'],
    ]);
    expect(objectText(objectMembers(text))).to.equal(text);
  });

  it('slices values of every kind, whatever stands inside strings', () => {
    const text = jsonText(' { "a\\"}" : "},\\\\" ,\n"o" : {"x":[1,"]"]} , "e":[ ], "t":true } ');
    expect(objectMembers(text)).to.deep.equal([
      ['a"}', '"},\\\\"'],
      ['o', '{"x":[1,"]"]}'],
      ['e', '[ ]'],
      ['t', 'true'],
    ]);
  });

  it('gives a repeated name its first place and its last value, also when it is spelt differently', () => {
    const text = jsonText('{"sub":1,"b":2,"\\u0073ub":3}');
    expect(objectMembers(text)).to.deep.equal([
      ['sub', '3'],
      ['b', '2'],
    ]);
  });

  it('refuses to take members of anything but an object', () => {
    for (const text of ['[]', '"{"', '1', 'null']) expect(() => objectMembers(jsonText(text))).to.throw(TypeError);
  });

  it('finds one member by name', () => {
    const body = jsonText('{"userId":"u1","userDataInJWT":{ "z":1, "a":1.50 },"hasOwnProperty":[]}');
    expect(memberText(body, 'userDataInJWT')).to.equal('{ "z":1, "a":1.50 }');
    expect(memberText(body, 'hasOwnProperty')).to.equal('[]');
    expect(memberText(body, 'z')).to.equal(undefined);
    expect(memberText(jsonText('[1]'), '0')).to.equal(undefined);
  });

  it('compacts outside strings only', () => {
    expect(compactJson(jsonText(' {\r\n\t"a b" : [ 1 , " x\\" y " ] , "n" : 1.0 } '))).to.equal(
      '{"a b":[1," x\\" y "],"n":1.0}',
    );
    expect(compactJson(jsonText('{"a":1}'))).to.equal('{"a":1}');
  });

  it('reads 100000 levels of nesting', () => {
    const deep = `${'[{"a":'.repeat(DEEP)}1${'}]'.repeat(DEEP)}`;
    const text = jsonText(`{"deep": ${deep} ,"last":2}`);
    expect(memberText(text, 'deep') === deep).to.equal(true);
    expect(memberText(text, 'last')).to.equal('2');
    expect(compactJson(text) === `{"deep":${deep},"last":2}`).to.equal(true);
  });

  it('agrees with JSON.parse on any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (object, indent) => {
        const text = jsonText(JSON.stringify(object, null, indent));
        const parsed = objectMembers(text).map(([name, value]) => [name, JSON.parse(value)] as const);
        expect(Object.fromEntries(parsed)).to.deep.equal(JSON.parse(text));
        expect(compactJson(text)).to.equal(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});
