import { expect } from 'chai';
import type { Option } from '../../../domain/config/option.js';
import { coreOptions } from '../../../domain/config/options.js';
import { type ParsedOption, parseOption, readOptions } from '../../../domain/config/parse-option.js';
import { defaults } from './base.js';

function parse(type: Option['type'], raw: unknown): ParsedOption {
  return parseOption('x', { type, default: null, level: 'T', description: '' }, raw);
}

describe('parseOption (00-conventions.md 14.2)', () => {
  const accepted: ReadonlyArray<readonly [Option['type'], unknown, unknown]> = [
    ['string', 'a', 'a'],
    ['string', 5, '5'],
    ['string', true, 'true'],
    ['enum', 'anything', 'anything'],
    ['int', 5, 5],
    ['int', 5.0, 5],
    ['int', '5', 5],
    ['int', ' -7 ', -7],
    ['int', 2_147_483_647, 2_147_483_647],
    ['long', '86400000000', 86_400_000_000],
    ['long', 3_000_000_000, 3_000_000_000],
    ['double', 0.5, 0.5],
    ['double', '0.0004', 0.0004],
    ['double', '.5', 0.5],
    ['double', '1e3', 1000],
    ['boolean', true, true],
    ['boolean', 'TRUE', true],
    ['boolean', 'False', false],
  ];
  for (const [type, raw, value] of accepted) {
    it(`reads ${JSON.stringify(raw)} as ${type}`, () => {
      expect(parse(type, raw)).to.deep.equal({ value });
    });
  }

  const refused: ReadonlyArray<readonly [Option['type'], unknown, string]> = [
    ['int', 5.5, 'int'],
    ['int', '5.0', 'int'],
    ['int', '', 'int'],
    ['int', '0x10', 'int'],
    ['int', true, 'int'],
    ['int', 2_147_483_648, 'int'],
    ['int', [5], 'int'],
    ['long', 'abcd', 'long'],
    ['long', '9'.repeat(20), 'long'],
    ['long', 1.5, 'long'],
    ['double', 'abc', 'double'],
    ['double', '', 'double'],
    ['double', 'NaN', 'double'],
    ['double', 'Infinity', 'double'],
    ['double', '1e999', 'double'],
    ['double', {}, 'double'],
    ['boolean', 'abcd', 'boolean'],
    ['boolean', 1, 'boolean'],
    ['boolean', '', 'boolean'],
    ['string', {}, 'String'],
    ['string', ['a'], 'String'],
    ['enum', [], 'String'],
  ];
  for (const [type, raw, word] of refused) {
    it(`refuses ${JSON.stringify(raw)} as ${type}`, () => {
      expect(parse(type, raw)).to.deep.equal({ error: `'x' must be of type ${word}` });
    });
  }

  it('case 39: says which option is of the wrong type', () => {
    const parse39 = (name: 'totp_max_attempts' | 'disable_telemetry', raw: unknown) =>
      parseOption(name, coreOptions[name], raw);
    expect(parse39('totp_max_attempts', 5.5)).to.deep.equal({ error: "'totp_max_attempts' must be of type int" });
    expect(parse39('disable_telemetry', 'TRUE')).to.deep.equal({ value: true });
    expect(parse39('disable_telemetry', 'yes-please')).to.deep.equal({
      error: "'disable_telemetry' must be of type boolean",
    });
  });

  it('lets null unset what may be null, and keep the default of what may not', () => {
    expect(parse('string', null)).to.deep.equal({ value: null });
    expect(parseOption('x', coreOptions.access_token_validity, null)).to.deep.equal({ value: undefined });
    expect(parseOption('x', coreOptions.bulk_migration_sleep_between_rounds_in_batch_ms, null)).to.deep.equal({
      value: null,
    });
  });
});

describe('readOptions', () => {
  it('lays values over a draft and passes over names it does not know', () => {
    const read = readOptions(defaults, [
      ['access_token_validity', '7'],
      ['no_such_option', {}],
      ['__proto__', 'x'],
    ]);
    expect(read).to.deep.equal({ status: 'OK', draft: { ...defaults, access_token_validity: 7 } });
  });

  it('reads an alias as its option, the later name winning', () => {
    const read = readOptions(defaults, [
      ['access_token_dynamic_signing_key_update_interval', 5],
      ['access_token_signing_key_update_interval', '6'],
    ]);
    expect(read).to.deep.include({ status: 'OK' });
    expect(read.status === 'OK' && read.draft.access_token_dynamic_signing_key_update_interval).to.equal(6);
  });

  it('reports the first wrong type in the order given', () => {
    const read = readOptions(defaults, [
      ['totp_max_attempts', 'x'],
      ['port', 'y'],
    ]);
    expect(read).to.deep.equal({ status: 'INVALID', message: "'totp_max_attempts' must be of type int" });
  });
});
