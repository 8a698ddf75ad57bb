import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  mintRefreshToken,
  openRefreshToken,
  refreshTokenHashes,
  sealRefreshToken,
} from '../../../infra/tokens/refresh-token.js';
import { generateRefreshTokenKey, refreshTokenKeyText } from '../../../infra/tokens/refresh-token-key.js';

const bytes = (first: number, count: number, step = 1): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, index) => first + step * index));

const KEY =
  `1000:${bytes(0xff, 64, -1).toString('hex')}:455d04001027f49e7d8693f8b7cd4bfbd712cc074c50997357ab0e57a995d047` +
  '3add0ecd81e39c6b4e7713ee22f4296a6f745f899c6457ec90713718d08324e3';
const NONCE = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8';
const TOKEN =
  'oKGio6SlpqeoqaqrwPZFshwpkxhgylR6ckivlvJrE6wclgCl0nCOt0w85tmwa94hiM0ynqYor+GiyS4GCu8PEE1jhYDfvuFxOOgX6qwR+IdS' +
  'EOBZKweyIw1FI0CNme0vTznqlqz0xtRbKNbRRFpSOpFotdJfNLh/nY/ij8IoK8KXMUalsU5N9HSKjv7ZP7Q/0S5dTXBoDIahLUEOYMBP8dOX' +
  't9wQInn8EcoDH58YLSgIRDBd1/QxKKJ4C7twxcJVnAXFTlQ=' +
  `.${NONCE}.V2`;
const CLAIMS = {
  sessionHandle: '5d0c1f2e-8a4b-4c3d-9e6f-7a8b9c0d1e2f_acme',
  userId: 'u-1',
  tenantId: 'acme',
  parentRefreshTokenHash1: null,
  antiCsrfToken: null,
};
const IV = bytes(0xa0, 12);

/** Seals any plaintext under KEY, independently of the code under test. */
function seal(plaintext: string, nonce = NONCE): string {
  const cipher = createCipheriv('aes-256-gcm', pbkdf2Sync(KEY, IV, 100, 32, 'sha512'), IV);
  const sealed = Buffer.concat([IV, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${sealed.toString('base64')}.${nonce}.V2`;
}

describe('refresh tokens (20-session.md 4)', () => {
  it('4.2 vector: writes the token of the specification', () => {
    expect(sealRefreshToken(KEY, CLAIMS, NONCE, IV)).to.equal(TOKEN);
  });

  it('4.2 vector: reads it, with its hashes', () => {
    expect(openRefreshToken(KEY, TOKEN)).to.deep.equal({
      claims: CLAIMS,
      hash1: '61a809727493da4224f94e1a60caaeb7860d6c74ba018d2b2e5bae43d9baf65d',
      hash2: 'f5cbed0be5396b0977290d6d841b5694fdc380b144f9c47843f429e144ade408',
    });
  });

  it('4.2 vector: derives the text of the refresh token key', async () => {
    expect(await refreshTokenKeyText(bytes(0xff, 64, -1), bytes(0, 64))).to.equal(KEY);
  });

  it('makes a new key every time', async () => {
    const [a, b] = [await generateRefreshTokenKey(), await generateRefreshTokenKey()];
    expect(a).to.match(/^1000:[0-9a-f]{128}:[0-9a-f]{128}$/);
    expect(b).to.not.equal(a);
  });

  it('gives back what was minted, and hashes that match', () => {
    const text = fc.string({ unit: 'binary' });
    const hash = fc.option(fc.stringMatching(/^[0-9a-f]{64}$/));
    const claims = fc.record({
      sessionHandle: text,
      userId: text,
      tenantId: fc.constantFrom('public', 't1'),
      parentRefreshTokenHash1: hash,
      antiCsrfToken: fc.option(fc.uuid()),
    });
    fc.assert(
      fc.property(claims, (given) => {
        const token = mintRefreshToken(KEY, given);
        expect(token).to.match(/^[A-Za-z0-9+/]+={0,2}\.[0-9a-f]{64}\.V2$/);
        expect(openRefreshToken(KEY, token)).to.deep.equal({ claims: given, ...refreshTokenHashes(token) });
      }),
    );
  });

  it('never makes the same token twice', () => {
    expect(mintRefreshToken(KEY, CLAIMS)).to.not.equal(mintRefreshToken(KEY, CLAIMS));
  });

  it('reads V0, V1 and V2 in any letter case, and ignores empty parts at the end', () => {
    for (const version of ['V0', 'v1', 'v2', 'V2..']) {
      const token = TOKEN.replace(/V2$/, version);
      expect(openRefreshToken(KEY, token)?.claims, version).to.deep.equal(CLAIMS);
    }
  });

  const [sealed = ''] = TOKEN.split('.');
  const rejected: Record<string, string> = {
    'case 32: an empty text': '',
    'case 32: an unknown version': 'x.y.V9',
    'an unknown version of a good token': TOKEN.replace(/V2$/, 'V3'),
    'case 32: a truncated token': TOKEN.slice(0, -10),
    'case 32: a truncated first part': TOKEN.slice(8),
    'only dots': '...',
    'two parts': `${sealed}.V2`,
    'four parts': `${sealed}.${NONCE}.x.V2`,
    'a changed ciphertext': `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${TOKEN.slice(41)}`,
    'characters outside base64': `!${TOKEN}`,
    'base64url instead of base64': TOKEN.replaceAll('+', '-').replaceAll('/', '_'),
    'missing padding': TOKEN.replace('=', ''),
    'a first part too short for iv and tag': `${Buffer.alloc(27).toString('base64')}.${NONCE}.V2`,
    'another nonce': TOKEN.replace(NONCE, NONCE.replace('5', '6')),
    'bad JSON inside': seal('{"sessionHandle"'),
    'JSON null inside': seal('null'),
    'JSON that is no object inside': seal(`"${NONCE}"`),
    'no userId': seal(JSON.stringify({ sessionHandle: 'h', nonce: NONCE })),
    'no sessionHandle': seal(JSON.stringify({ userId: 'u', nonce: NONCE })),
    'no nonce inside': seal(JSON.stringify({ sessionHandle: 'h', userId: 'u' })),
    'an empty nonce': seal(JSON.stringify({ sessionHandle: 'h', userId: 'u', nonce: NONCE }), ''),
  };
  for (const [what, token] of Object.entries(rejected)) {
    it(`rejects ${what}`, () => expect(openRefreshToken(KEY, token)).to.equal(undefined));
  }

  it('case 32: rejects the token of another app', async () => {
    expect(openRefreshToken(await generateRefreshTokenKey(), TOKEN)).to.equal(undefined);
  });

  it('accepts an empty user id', () => {
    const token = seal(JSON.stringify({ sessionHandle: 'h', userId: '', nonce: NONCE }));
    expect(openRefreshToken(KEY, token)?.claims).to.deep.include({ userId: '', tenantId: 'public' });
  });

  it('rejects anything else without throwing', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.constant(sealed), fc.constant(NONCE));
    const token = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(part, part, fc.constantFrom('V2', 'v1', '')).map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(token, (text) => {
        fc.pre(!text.startsWith(`${sealed}.${NONCE}.`));
        expect(openRefreshToken(KEY, text)).to.equal(undefined);
      }),
    );
  });
});
