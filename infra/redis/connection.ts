import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { circuitBreaker } from './circuit-breaker.js';

/**
 * Thrown when Redis does not answer, or not as it should: it says nothing about the data. The library's own errors carry
 * the command with its parameters, which are personal or a password: nothing but their message is kept.
 */
export class RedisFault extends Error {
  override readonly name = 'RedisFault';
}

/** What Redis answers to scripts and reads, in bytes. */
export type Reply = Buffer | number | null | readonly Reply[];

/** A script, and the digest by which Redis knows it. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
}

export function script(lua: string): Script {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

export interface RedisOptions {
  /** `redis://` or, with TLS, `rediss://user:password@host:port/database`. */
  readonly url: string;
  /** How long one command may take, in ms. */
  readonly timeout: number;
  /** A connection broke, or could not be made. Told once until the next success. */
  readonly onOutage: (fault: RedisFault) => void;
  readonly onRecovery: () => void;
}

/** One connection, which is made again by itself. While it is down, commands fail at once. */
export interface RedisConnection {
  /** Resolves once the first attempt to connect has come to an end, whichever. */
  readonly attempted: Promise<void>;
  /** How long this connection has been there, in ms; it is 0 while there is none. */
  age(): number;
  /** @throws RedisFault */
  mget(keys: readonly string[]): Promise<readonly (Buffer | null)[]>;
  /**
   * Runs a script.
   *
   * @param key names the slot that all its keys are in
   * @throws RedisFault; the script may have run all the same
   */
  run(script: Script, key: string, parameters: readonly (string | Buffer)[]): Promise<Reply>;
  close(): void;
}

const FAILURES = 3;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** Commands that may wait for an answer at once; more are refused. */
const MAX_WAITING = 10_000;
/** Time-outs in a row after which the connection is taken for dead. */
const SILENCES = 5;

/** Opens a connection. Nothing fails here: the first command does. */
export function connectRedis({ url, timeout, onOutage, onRecovery }: RedisOptions): RedisConnection {
  const redis = new Redis(url, {
    commandTimeout: timeout,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2),
    // A primary that became a replica stays reachable under its old address only for connections that are open.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  const breaker = circuitBreaker({
    failures: FAILURES,
    pause: FIRST_PAUSE_MS,
    longestPause: LONGEST_PAUSE_MS,
    now: () => performance.now(),
  });
  let isOut = false;
  let readyAt = 0;
  let waiting = 0;
  let silences = 0;

  function failed(error: unknown): RedisFault {
    const fault = new RedisFault(error instanceof Error ? error.message : String(error));
    if (!isOut) onOutage(fault);
    isOut = true;
    return fault;
  }
  // Without a listener an attempt to connect that fails would end the process.
  redis.on('error', failed);
  redis.on('ready', () => {
    readyAt = performance.now();
  });
  const attempted = new Promise<void>((resolve) => {
    redis.once('ready', () => resolve()).once('close', () => resolve());
  });

  async function attempt<T>(command: () => Promise<T>): Promise<T> {
    if (redis.status !== 'ready') throw new RedisFault(`Redis is not connected (${redis.status})`);
    if (waiting >= MAX_WAITING || !breaker.allows()) throw new RedisFault('Redis does not answer; not asked again yet');
    waiting++;
    try {
      const reply = await command();
      breaker.succeeded();
      silences = 0;
      if (isOut) onRecovery();
      isOut = false;
      return reply;
    } catch (error) {
      breaker.failed();
      const fault = failed(error);
      if (fault.message === 'Command timed out' && ++silences >= SILENCES) {
        silences = 0;
        redis.disconnect(true);
      }
      throw fault;
    } finally {
      waiting--;
    }
  }

  return {
    attempted,
    age: () => (redis.status === 'ready' ? performance.now() - readyAt : 0),
    mget: (keys) => attempt(() => redis.mgetBuffer(...keys)),
    run: ({ lua, sha1 }, key, parameters) =>
      attempt(async () => {
        try {
          return (await redis.callBuffer('EVALSHA', sha1, '1', key, ...parameters)) as Reply;
        } catch (error) {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return (await redis.callBuffer('EVAL', lua, '1', key, ...parameters)) as Reply;
        }
      }),
    close: () => redis.disconnect(),
  };
}
