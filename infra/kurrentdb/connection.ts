import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { OutcomeUnknownError } from '../ports/event-log.js';
import { StoreUnavailableError } from '../ports/store-unavailable.js';
import { pause, TimedOutError, within } from './deadline.js';
import { classify, type Leader } from './failures.js';

/** A client that is in use; whoever holds it gives it back. */
export interface Lease {
  readonly client: KurrentDBClient;
  /** Aborts when the client is not to be trusted any more. */
  readonly retired: AbortSignal;
  /** Tells that the client failed: the next call gets a new one. */
  retire(leader?: Leader): void;
  release(): void;
}

export interface CallOptions {
  /** Whether the call may be made again when it may have been carried out. */
  readonly repeatable: boolean;
  /** When to stop making it again, on the monotonic clock in ms. Default: the connection's time-out from now. */
  readonly until?: number;
}

/** The connection to the server. The client behind it is replaced when it can't be trusted any more. */
export interface KurrentConnection {
  readonly timeout: number;
  lease(): Lease;
  /**
   * Makes a call with a timer of its own. It is made again when the server did nothing, or when it is repeatable.
   *
   * @throws OutcomeUnknownError if it may have been carried out, or no server was found for one that is not repeatable
   * @throws StoreUnavailableError if it is repeatable and found no server that answers
   * @throws what the server answered
   */
  call<T>(options: CallOptions, run: (client: KurrentDBClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** A connection string of KurrentDB. Its user is the only one: credentials per call would end pipelining. */
  readonly url: string;
  /** How long a call may take, in ms. */
  readonly timeout: number;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
}

/** What is needed of the client beyond its declared surface: its `dispose` leaves the channel open. */
interface ClientInternals {
  getChannel(): Promise<{ close(): void }>;
}

interface Generation {
  readonly client: KurrentDBClient;
  readonly retired: AbortController;
  uses: number;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** Makes a connection; nothing is sent before the first call. */
export function kurrentConnection(options: ConnectionOptions): KurrentConnection {
  const { url, timeout, random } = options;
  const closing = new AbortController();
  let current: Generation | undefined;
  let target = url;

  function retire(generation: Generation, leader: Leader | undefined): void {
    if (current !== generation) return;
    current = undefined;
    target = leader ? urlOf(url, leader) : url;
    generation.retired.abort();
    disposeUnused(generation);
  }

  function lease(): Lease {
    if (closing.signal.aborted) throw new Error('The event log is closed');
    current ??= { client: clientFor(target), retired: new AbortController(), uses: 0 };
    const generation = current;
    generation.uses++;
    return {
      client: generation.client,
      retired: generation.retired.signal,
      retire: (leader) => retire(generation, leader),
      release() {
        generation.uses--;
        disposeUnused(generation);
      },
    };
  }

  async function call<T>({ repeatable, until = performance.now() + timeout }: CallOptions, run: Run<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const used = lease();
      try {
        const left = until - performance.now();
        if (left <= 0) throw gaveUp(repeatable, new TimedOutError('There was no time left'));
        return await within(left, run(used.client));
      } catch (error) {
        const failure = classify(error);
        if (
          failure.kind === 'answer' ||
          error instanceof OutcomeUnknownError ||
          error instanceof StoreUnavailableError
        ) {
          throw error;
        }
        if (failure.kind === 'lost') used.retire();
        if (failure.kind === 'not-leader') used.retire(failure.leader);
        const nothingDone = failure.kind === 'not-leader' || failure.kind === 'unreachable';
        const wait = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * (0.5 + random() / 2);
        if (!(nothingDone || repeatable) || performance.now() + wait >= until) throw gaveUp(repeatable, error);
        await pause(wait, closing.signal);
      } finally {
        used.release();
      }
    }
  }

  return {
    timeout,
    lease,
    call,
    async close() {
      closing.abort();
      const last = current;
      current = undefined;
      if (last) await dispose(last);
    },
  };
}

/** @throws an error without the string in it, as the client's has the password in it */
function clientFor(target: string): KurrentDBClient {
  try {
    return KurrentDBClient.connectionString(target);
  } catch {
    throw new Error("KurrentDB's client can't read the connection string: look at its hosts, ports and values");
  }
}

type Run<T> = (client: KurrentDBClient) => Promise<T>;

function gaveUp(repeatable: boolean, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return repeatable
    ? new StoreUnavailableError(`KurrentDB can't be read: ${why}`, { cause })
    : new OutcomeUnknownError(`KurrentDB may or may not have written: ${why}`, { cause });
}

function disposeUnused(generation: Generation): void {
  if (generation.uses === 0 && generation.retired.signal.aborted) void dispose(generation);
}

async function dispose({ client, retired }: Generation): Promise<void> {
  retired.abort();
  // The client may be stuck in the very call that it is disposed for.
  const channel = (client as unknown as ClientInternals).getChannel();
  await within(1_000, client.dispose()).catch(() => undefined);
  await within(1_000, channel).then(
    (open) => open.close(),
    () => undefined,
  );
}

/** The connection string with a node in place of its hosts. */
function urlOf(url: string, { host, port }: Leader): string {
  return url.replace(/^([^:]+?)(?:\+discover)?:\/\/((?:[^@/?]+@)?)[^/?]+/, `$1://$2${host}:${port}`);
}
