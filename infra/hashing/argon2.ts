import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';

/** What a new argon2 hash costs. */
export interface Argon2Costs {
  readonly iterations: number;
  /** KiB, at least 8 times the parallelism. */
  readonly memoryKb: number;
  readonly parallelism: number;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;
// The library declares these as const enums, which a module compiled on its own can't read.
const ARGON2ID = 2;
const VERSION_19 = 1;

/** The most an imported hash may ask for: libsodium's "sensitive" setting, 1 GiB four times over. */
const MAX_IMPORTED_MEMORY_KB = 1024 * 1024;
const MAX_IMPORTED_MEMORY_PASSES_KB = 4 * MAX_IMPORTED_MEMORY_KB;

/**
 * Makes an argon2id version 19 PHC text with a fresh 16-byte salt and a 32-byte hash (30-emailpassword.md 1.3).
 *
 * @throws RangeError when the costs can't be used
 */
export async function hashArgon2(password: string, costs: Argon2Costs): Promise<string> {
  const { iterations, memoryKb, parallelism } = costs;
  if (memoryKb < 8 * parallelism) {
    throw new RangeError(`'argon2_memory_kb' is ${memoryKb}: set it to at least 8 times 'argon2_parallelism'`);
  }
  const options: Options = {
    algorithm: ARGON2ID,
    version: VERSION_19,
    timeCost: iterations,
    memoryCost: memoryKb,
    parallelism,
    outputLen: HASH_BYTES,
  };
  return hash(password, options);
}

/**
 * Verifies an argon2id, argon2i or argon2d PHC text with the parameters that it names. Beyond 1 GiB of memory, or
 * 4 GiB of memory times iterations, it never matches, unless `configured` is as costly.
 *
 * @throws Error when the text is malformed
 */
export async function verifyArgon2(password: string, stored: string, configured: Argon2Costs): Promise<boolean> {
  const { memoryCost, timeCost } = parseOptions(stored);
  const maxMemory = Math.max(MAX_IMPORTED_MEMORY_KB, configured.memoryKb);
  const maxMemoryPasses = Math.max(MAX_IMPORTED_MEMORY_PASSES_KB, configured.memoryKb * configured.iterations);
  const affordable = memoryCost <= maxMemory && memoryCost * timeCost <= maxMemoryPasses;
  return affordable && (await verify(stored, password));
}

/** A well-formed text that takes as long to verify as a hash of those costs. */
export function dummyArgon2Hash({ iterations, memoryKb, parallelism }: Argon2Costs): string {
  const base64 = (bytes: number) => Buffer.alloc(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryKb},t=${iterations},p=${parallelism}$${base64(SALT_BYTES)}$${base64(HASH_BYTES)}`;
}
