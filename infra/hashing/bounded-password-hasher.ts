import { availableParallelism } from 'node:os';
import { parseFirebaseHash, recogniseHash } from '../../domain/emailpassword/password-hash-format.js';
import { FirebaseSignerKeyMissingError, type HashingSettings, type PasswordHasher } from '../ports/password-hasher.js';
import { type Argon2Costs, dummyArgon2Hash, hashArgon2, verifyArgon2 } from './argon2.js';
import { dummyBcryptHash, hashBcrypt, verifyBcrypt } from './bcrypt.js';
import { type BoundedQueue, createBoundedQueue } from './bounded-queue.js';
import { verifyFirebase } from './firebase-scrypt.js';

/** Costs and bounds of a process (30-emailpassword.md 1.2); pool sizes below 1 count as 1. */
export interface PasswordHasherOptions {
  /** bcrypt_log_rounds. */
  readonly bcryptCost: number;
  readonly argon2: Argon2Costs;
  /** argon2_hashing_pool_size: how many argon2 computations may run at once. */
  readonly argon2PoolSize: number;
  /** firebase_password_hashing_pool_size: how many firebase verifications may run at once. */
  readonly firebasePoolSize: number;
  /** How many bcrypt computations may run at once; default: the number of cores. */
  readonly bcryptPoolSize?: number;
  /** How many may wait for each pool before further ones are refused; default {@link DEFAULT_MAX_WAITING}. */
  readonly maxWaiting?: number;
  /**
   * How many threads of libuv's pool all hashing together may hold; default: all but one of UV_THREADPOOL_SIZE, so that
   * file and DNS work never wait for a password.
   */
  readonly threads?: number;
}

/** About 25 s of bcrypt at cost 11 on two cores: longer than most clients are willing to wait. */
export const DEFAULT_MAX_WAITING = 512;

const LIBUV_DEFAULT_THREADS = 4;

function spareThreads(): number {
  return (Number(process.env.UV_THREADPOOL_SIZE) || LIBUV_DEFAULT_THREADS) - 1;
}

/** Makes a hasher whose work runs on libuv's threads, off the event loop, within the bounds given. */
export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { bcryptCost, argon2: argon2Costs, maxWaiting = DEFAULT_MAX_WAITING } = options;
  const queue = (size: number, waiting: number) =>
    createBoundedQueue({ maxRunning: Math.max(1, size), maxWaiting: waiting });
  const pools = {
    argon2: queue(options.argon2PoolSize, maxWaiting),
    bcrypt: queue(options.bcryptPoolSize ?? availableParallelism(), maxWaiting),
    firebase: queue(options.firebasePoolSize, maxWaiting),
  };
  // No more tasks than the sum of the pools can wait here.
  const threads = queue(options.threads ?? spareThreads(), Number.POSITIVE_INFINITY);
  const runIn = <T>(pool: BoundedQueue, task: () => Promise<T>) => pool.run(() => threads.run(task));
  const matchIn = (pool: BoundedQueue, verify: () => Promise<boolean>) =>
    runIn(pool, () => verify().catch(() => false));

  const verify = async (password: string, stored: string, settings: HashingSettings): Promise<boolean> => {
    switch (recogniseHash(stored)) {
      case 'argon2id':
      case 'argon2i':
      case 'argon2d':
        return matchIn(pools.argon2, () => verifyArgon2(password, stored, argon2Costs));
      case 'bcrypt':
        return matchIn(pools.bcrypt, () => verifyBcrypt(password, stored, bcryptCost));
      case 'firebase': {
        const { firebaseSignerKey } = settings;
        const parsed = parseFirebaseHash(stored);
        if (firebaseSignerKey === null) throw new FirebaseSignerKeyMissingError();
        return (
          parsed !== undefined && matchIn(pools.firebase, () => verifyFirebase(password, parsed, firebaseSignerKey))
        );
      }
      case undefined:
        return false;
    }
  };

  const dummies = { ARGON2: dummyArgon2Hash(argon2Costs), BCRYPT: dummyBcryptHash(bcryptCost) };

  return {
    hash: (password, { algorithm }) =>
      algorithm === 'ARGON2'
        ? runIn(pools.argon2, () => hashArgon2(password, argon2Costs))
        : runIn(pools.bcrypt, () => hashBcrypt(password, bcryptCost)),
    verify,
    verifyDummy: async (password, settings) => {
      await verify(password, dummies[settings.algorithm], settings);
    },
    stats: () => {
      const waitingFor = [...Object.values(pools), threads].map((each) => each.stats().waiting);
      return { running: threads.stats().running, waiting: waitingFor.reduce((sum, count) => sum + count, 0) };
    },
  };
}
