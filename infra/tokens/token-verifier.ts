import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type {
  AccessTokenReading,
  JsonWebKeyEntry,
  ReadAccessToken,
  SpkiOf,
  TokenVerifier,
  VerifyOptions,
} from '../ports/tokens.js';
import { checkAccessToken, readAccessToken } from './access-token.js';
import { jsonWebKeyEntry, publicKeyCache } from './keys.js';

const REMEMBERED_KEYS = 4096;
/** In characters of token text; what was read from them takes about as much again. */
const REMEMBERED_TOKENS = 16 * 1024 * 1024;

/** A token that was read before, and the key that its signature holds under. */
interface KnownToken {
  readonly token: ReadAccessToken;
  readonly spki: string;
}

/**
 * Makes a verifier. It keeps the keys it used most recently parsed, and remembers the tokens whose signature it found to
 * hold: the same text is known to hold for as long as its key may verify, while times and anti-CSRF are looked at anew.
 */
export function createTokenVerifier(): TokenVerifier {
  const publicKey = publicKeyCache(REMEMBERED_KEYS);
  const entries = new LRUCache<string, JsonWebKeyEntry>({ max: REMEMBERED_KEYS });
  const tokens = new LRUCache<string, KnownToken>({
    maxSize: REMEMBERED_TOKENS,
    sizeCalculation: (_known, text) => text.length,
  });

  function read(text: string, spkiOf: SpkiOf): AccessTokenReading {
    const known = tokens.get(text);
    if (known && spkiOf(known.token.kid) === known.spki) return { status: 'OK', token: known.token };
    let used = '';
    const keyOf = (kid: string): KeyObject | undefined => {
      const spki = spkiOf(kid);
      if (spki === undefined) return undefined;
      used = spki;
      return publicKey(spki);
    };
    const reading = readAccessToken(text, keyOf);
    if (reading.status === 'OK') tokens.set(text, { token: reading.token, spki: used });
    return reading;
  }

  return {
    read,
    verify(text: string, spkiOf: SpkiOf, options: VerifyOptions): AccessTokenReading {
      return checkAccessToken(read(text, spkiOf), options);
    },
    jsonWebKey(kid, spki) {
      let entry = entries.get(spki);
      if (!entry) {
        entry = jsonWebKeyEntry(kid, publicKey(spki));
        entries.set(spki, entry);
      }
      return entry;
    },
  };
}
