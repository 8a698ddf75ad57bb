import { expect } from 'chai';
import { builtInDefaults } from '../../../domain/config/options.js';
import { readEnvironment, unquote } from '../../../infra/config/environment.js';

describe('the environment (00-conventions.md 14.1)', () => {
  it('loses double quotes and the escapes between them', () => {
    expect(unquote('"a b"')).to.equal('a b');
    expect(unquote(String.raw`"\n\t\r\"\'\\\x"`)).to.equal('\n\t\r"\'\\\\x');
    expect(unquote(String.raw`"\\n"`)).to.equal('\\n');
    expect(unquote(String.raw`a\n`)).to.equal(String.raw`a\n`);
    expect(unquote('"')).to.equal('"');
    expect(unquote("'a'")).to.equal("'a'");
  });

  it('says true in any case, and anything else is false', () => {
    const read = (text: string) => {
      const result = readEnvironment(builtInDefaults(1), { ACCESS_TOKEN_SIGNING_KEY_DYNAMIC: text });
      return result.status === 'OK' && result.draft.access_token_signing_key_dynamic;
    };
    expect(['TRUE', '"true"', 'no', '1', 'yes'].map(read)).to.deep.equal([true, true, false, false, false]);
    expect(read('')).to.equal(true);
  });
});
