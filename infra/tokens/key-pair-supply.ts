import { generateKeyPair } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { KeyPair, KeyPairSupply } from '../ports/tokens.js';

const generate = promisify(generateKeyPair);

/** Makes an RSA-2048 pair with e = 65537 (20-session.md 6.1) on a thread of libuv's pool. */
export async function generateSigningKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: 2048,
    publicExponent: 65537,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  return { publicSpki: publicKey.toString('base64'), privatePkcs8: privateKey.toString('base64') };
}

export interface KeyPairSupplyOptions {
  /** How many pairs are kept ready at most. */
  readonly stock: number;
  /** How many are kept ready before anybody takes one; each take doubles that, up to `stock`. */
  readonly firstStock: number;
  /** How many pairs are made at once while callers wait; the stock itself is filled one by one. */
  readonly parallel: number;
  readonly make: () => Promise<KeyPair>;
}

interface Waiting {
  readonly resolve: (pair: KeyPair) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts to fill the stock at once and stops when it is full. A service that makes few apps keeps a small stock.
 * Whoever waits is served before the stock.
 */
export function createKeyPairSupply(options: Partial<KeyPairSupplyOptions> = {}): KeyPairSupply {
  const { stock, firstStock, parallel, make } = {
    stock: 32,
    firstStock: 2,
    parallel: Math.min(2, availableParallelism()),
    make: generateSigningKeyPair,
    ...options,
  };
  const ready: KeyPair[] = [];
  const waiting: Waiting[] = [];
  let target = Math.min(firstStock, stock);
  let making = 0;
  let closed = false;

  function wanted(): number {
    if (waiting.length > 0) return Math.min(waiting.length, parallel);
    return !closed && ready.length < target ? 1 : 0;
  }

  function makeMore(): void {
    while (making < wanted()) {
      making++;
      make().then(deliver, fail);
    }
  }

  function deliver(pair: KeyPair): void {
    making--;
    const next = waiting.shift();
    if (next) next.resolve(pair);
    else ready.push(pair);
    makeMore();
  }

  function fail(error: unknown): void {
    making--;
    waiting.shift()?.reject(error);
    // The stock waits for the next take: a generator that fails must not be asked in a loop.
    if (waiting.length > 0) makeMore();
  }

  makeMore();
  return {
    async take() {
      target = Math.min(target * 2, stock);
      const pair = ready.shift();
      if (pair) {
        makeMore();
        return pair;
      }
      return new Promise<KeyPair>((resolve, reject) => {
        waiting.push({ resolve, reject });
        makeMore();
      });
    },
    close() {
      closed = true;
    },
  };
}
