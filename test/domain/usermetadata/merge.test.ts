import { expect } from 'chai';
import fc from 'fast-check';
import { jsonText } from '../../../domain/json/raw-json.js';
import { changesNothing, EMPTY_METADATA, merge } from '../../../domain/usermetadata/merge.js';

const merged = (metadata: string, update: string): string => merge(jsonText(metadata), jsonText(update));

describe('merging metadata (31-metadata-roles.md A1)', () => {
  it('is shallow: objects and arrays are replaced whole', () => {
    expect(merged('{"a":{"x":1,"y":2},"b":[1,2]}', '{"a":{"z":3},"b":[]}')).to.equal('{"a":{"z":3},"b":[]}');
  });

  it('takes away what is null at the top, and keeps nulls further down', () => {
    expect(merged('{"a":1,"b":2}', '{"a":null,"c":{"x":null},"d":[1,null]}')).to.equal(
      '{"b":2,"c":{"x":null},"d":[1,null]}',
    );
  });

  it('leaves what is not mentioned, and moves what is updated to the end', () => {
    expect(merged('{"a":1,"b":2,"c":3}', '{"a":4}')).to.equal('{"b":2,"c":3,"a":4}');
  });

  it('keeps numbers digit by digit', () => {
    const numbers = '{"big":9007199254740993,"one":1.0,"huge":1e400,"tiny":0.1000}';
    expect(merged('{}', numbers)).to.equal(numbers);
    expect(merged(numbers, '{"x":-0}')).to.equal(`${numbers.slice(0, -1)},"x":-0}`);
  });

  it('keeps the order of names that look like numbers, and names that mean something to JavaScript', () => {
    const names = '{"b":1,"2":2,"1":3,"__proto__":{"x":1},"constructor":4}';
    expect(merged('{}', names)).to.equal(names);
    expect(merged(names, '{"__proto__":null,"constructor":null}')).to.equal('{"b":1,"2":2,"1":3}');
  });

  it('knows a name however it is written', () => {
    expect(merged('{"a":1}', '{"\\u0061":2}')).to.equal('{"a":2}');
  });

  it('gives what spreading and deleting would give, whatever is merged', () => {
    const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.jsonValue());
    fc.assert(
      fc.property(object, object, (metadata, update) => {
        const expected = Object.entries({ ...metadata, ...update }).filter(([name, value]) =>
          name in update ? value !== null : true,
        );
        const result = JSON.parse(merged(JSON.stringify(metadata), JSON.stringify(update)));
        expect(result).to.deep.equal(JSON.parse(JSON.stringify(Object.fromEntries(expected))));
      }),
    );
  });

  it('changes nothing if the update is empty or takes away only what is not there', () => {
    expect(changesNothing(EMPTY_METADATA, jsonText('{}'))).to.equal(true);
    expect(changesNothing(jsonText('{"a":1}'), jsonText('{"b":null}'))).to.equal(true);
    expect(changesNothing(jsonText('{"a":1}'), jsonText('{"a":null}'))).to.equal(false);
    expect(changesNothing(jsonText('{"a":1}'), jsonText('{"a":1}'))).to.equal(false);
  });
});
