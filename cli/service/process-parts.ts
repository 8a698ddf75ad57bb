import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { CommandDeps } from '../../command-service/command.js';
import { type FoldedStream, unitOfWork } from '../../command-service/unit-of-work.js';
import type { CoreConfig } from '../../domain/config/options.js';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { createPasswordHasher } from '../../infra/hashing/bounded-password-hasher.js';
import type { AppendResult } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { PasswordHasher } from '../../infra/ports/password-hasher.js';
import type { Progress } from '../../infra/ports/progress.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';
import type { KeyPairSupply, TokenMinter } from '../../infra/ports/tokens.js';
import { sha256Hex } from '../../infra/tokens/digest.js';
import { createKeyPairSupply } from '../../infra/tokens/key-pair-supply.js';
import { createTokenMinter } from '../../infra/tokens/pool.js';
import { generateRefreshTokenKey } from '../../infra/tokens/refresh-token-key.js';
import { createTokenVerifier } from '../../infra/tokens/token-verifier.js';
import { sessionIndex } from '../../projections/directory/session-index.js';
import type { QueryDeps } from '../../query-service/query.js';
import type { Stores } from './stores.js';

/** How a process of the service was told to run. */
export interface ServiceOptions {
  /** As loaded, without derived values. */
  readonly base: CoreConfig;
  readonly configPath: string;
  readonly settings: AnnalsSettings;
  readonly testMode: boolean;
  readonly logger: Logger;
}

const CACHED_STREAMS = 20_000;
const REMEMBERED_USERS = 100_000;
const REMEMBERED_APPS = 20_000;
/** Apps whose keys are kept at hand: some 6 KB each. */
const REMEMBERED_SIGNING_KEYS = 5_000;

/** Ms since the epoch. */
export const now = Date.now;
/** Ms, monotonic. */
export const clock = (): number => performance.now();

export async function pause(ms: number): Promise<void> {
  await sleep(ms);
}

/** What the write side computes with. */
export interface Workers {
  readonly hasher: PasswordHasher;
  readonly minter: TokenMinter;
  readonly keyPairs: KeyPairSupply;
  close(): Promise<void>;
}

export function startWorkers(base: CoreConfig): Workers {
  const minter = createTokenMinter();
  const keyPairs = createKeyPairSupply();
  const hasher = createPasswordHasher({
    bcryptCost: base.bcrypt_log_rounds,
    argon2: {
      iterations: base.argon2_iterations,
      memoryKb: base.argon2_memory_kb,
      parallelism: base.argon2_parallelism,
    },
    argon2PoolSize: base.argon2_hashing_pool_size,
    firebasePoolSize: base.firebase_password_hashing_pool_size,
  });
  return {
    hasher,
    minter,
    keyPairs,
    async close() {
      keyPairs.close();
      await minter.close();
    },
  };
}

/** Folded streams, kept between commands. */
export function streamCache(): LRUCache<string, FoldedStream> {
  return new LRUCache<string, FoldedStream>({ max: CACHED_STREAMS });
}

export interface CommandParts {
  readonly options: ServiceOptions;
  readonly stores: Stores;
  readonly registry: TenancyRegistry;
  readonly workers: Workers;
  readonly cache: LRUCache<string, FoldedStream>;
  readonly telemetry: Telemetry;
}

/** Puts together what commands work with. */
export function commandDeps({ options, stores, registry, workers, cache, telemetry }: CommandParts): CommandDeps {
  const { base, testMode, settings, logger } = options;
  const store = measured(stores.store, telemetry);
  return {
    unitOfWork: unitOfWork({
      store,
      cache,
      random: Math.random,
      sleep: pause,
      clock,
      onConflict: () => telemetry.conflict(),
    }),
    store,
    registry,
    base,
    hasher: workers.hasher,
    minter: workers.minter,
    keyPairs: workers.keyPairs,
    newRefreshTokenKey: generateRefreshTokenKey,
    sessionIndex: sessionIndex(stores.directory.reader as never),
    now,
    random: Math.random,
    uuid: randomUUID,
    randomBytes,
    sha256Hex,
    testMode,
    signInProtection: settings.signInProtection,
    deleteStream: (stream) => stores.log.delete(stream),
    memory: {
      recentlyActive: new LRUCache({ max: REMEMBERED_USERS }),
      lastJoined: new LRUCache({ max: REMEMBERED_APPS }),
      signingKeys: new LRUCache({ max: REMEMBERED_SIGNING_KEYS }),
      signingKeysInTheMaking: new Map(),
      tenancyTurns: new Map(),
    },
    onSignInRefused: telemetry.refusedSignIn,
    onSwallowed: (what, err) => logger.warn({ what, err }, 'failed, and the request went on'),
  };
}

export interface QueryParts {
  readonly stores: Stores;
  readonly registry: TenancyRegistry;
  readonly progress: Progress;
  readonly testMode: boolean;
}

/** Puts together what queries work with. */
export function queryDeps({ stores, registry, progress, testMode }: QueryParts): QueryDeps {
  return {
    directory: stores.directory.reader as never,
    sessions: stores.sessions.view,
    store: stores.store,
    registry,
    progress,
    sessionIndex: sessionIndex(stores.directory.reader as never),
    tokens: createTokenVerifier(),
    signingKeys: new LRUCache({ max: REMEMBERED_SIGNING_KEYS }),
    now,
    sha256Hex,
    testMode,
  };
}

/** The same store, its appends measured. */
function measured(store: EventStore, telemetry: Telemetry): EventStore {
  return {
    ...store,
    async append(records, checks): Promise<AppendResult> {
      const started = clock();
      const seconds = () => (clock() - started) / 1000;
      try {
        const result = await store.append(records, checks);
        telemetry.append(seconds(), result.ok ? 'ok' : 'conflict');
        return result;
      } catch (error) {
        telemetry.append(seconds(), 'error');
        throw error;
      }
    },
  };
}
