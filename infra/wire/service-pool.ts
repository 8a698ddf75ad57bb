import { Pool } from 'undici';
import { OutcomeUnknownError } from '../ports/event-log.js';
import type { ServiceCall, ServicePool } from '../ports/services.js';
import { StoreUnavailableError } from '../ports/store-unavailable.js';
import { INTERNAL_PATHS, MAX_MESSAGE_BYTES, PING_EVERY_MS, PROTOCOL, PROTOCOL_HEADER } from './protocol.js';

export interface ServicePoolOptions {
  /** What operators know the service as. */
  readonly name: string;
  /** Of its processes: `http://host:port`. */
  readonly urls: readonly string[];
  /** The key that all processes share. */
  readonly key: string;
  /** A process is not asked any more, or is asked again. */
  readonly onChange: (url: string, isUp: boolean, cause: unknown) => void;
  /** ms (500). */
  readonly pingEvery?: number;
}

/** Failures in a row after which a process is not asked any more. */
const FAILURES = 2;
const PING_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** Less than for how long services keep idle connections, so that none is used that the other side is closing. */
const IDLE_MS = 10_000;
const CONNECTIONS = 64;
/** How much of a reason for not taking a message is told to operators. */
const REASON_LENGTH = 200;

/** Errors of requests that were never sent. */
const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

interface Process {
  readonly url: string;
  readonly pool: Pool;
  running: number;
  failures: number;
  isUp: boolean;
  pinging: Promise<void> | undefined;
}

type Attempt =
  | { readonly outcome: 'answered'; readonly text: string }
  /** It was not done there. */
  | { readonly outcome: 'refused'; readonly cause: unknown }
  | { readonly outcome: 'unknown'; readonly cause: unknown };

/**
 * Reaches the processes of a service over HTTP connections that are kept open. A process that fails twice in a row, or
 * refuses a ping because it is about to stop, is left out (its circuit is open) until it answers one, which every process
 * gets twice a second.
 */
export function openServicePool(options: ServicePoolOptions): ServicePool {
  const { name, urls, key, onChange, pingEvery = PING_EVERY_MS } = options;
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json;charset=UTF-8',
    [PROTOCOL_HEADER]: PROTOCOL,
  };
  const processes = urls.map(
    (url): Process => ({
      url,
      pool: new Pool(url, {
        connections: CONNECTIONS,
        connect: { timeout: CONNECT_TIMEOUT_MS },
        keepAliveTimeout: IDLE_MS,
        keepAliveMaxTimeout: IDLE_MS,
        maxResponseSize: MAX_MESSAGE_BYTES,
      }),
      running: 0,
      failures: 0,
      isUp: true,
      pinging: undefined,
    }),
  );
  let turn = 0;

  function succeeded(process: Process): void {
    process.failures = 0;
    if (!process.isUp) onChange(process.url, true, undefined);
    process.isUp = true;
  }

  function failed(process: Process, cause: unknown): void {
    process.failures++;
    if (process.failures >= FAILURES) leaveOut(process, cause);
  }

  function leaveOut(process: Process, cause: unknown): void {
    if (process.isUp) onChange(process.url, false, cause);
    process.isUp = false;
  }

  /** The one with the least to do, in turns among equals. */
  function next(tried: ReadonlySet<Process>): Process | undefined {
    turn++;
    let best: Process | undefined;
    for (let i = 0; i < processes.length; i++) {
      const candidate = processes[(turn + i) % processes.length];
      if (!candidate?.isUp || tried.has(candidate)) continue;
      if (!best || candidate.running < best.running) best = candidate;
    }
    return best;
  }

  /** @throws what came between; Error if the answer is not there in time */
  function post(process: Process, { path, body, timeoutMs, traceparent }: Omit<ServiceCall, 'isRepeatable'>) {
    return within(timeoutMs, async (signal) => {
      const answer = await process.pool.request({
        method: 'POST',
        path,
        headers: traceparent === undefined ? headers : { ...headers, traceparent },
        body,
        signal,
      });
      const type = String(answer.headers['content-type']);
      return { status: answer.statusCode, type, text: await answer.body.text() };
    });
  }

  async function attempt(process: Process, call: ServiceCall): Promise<Attempt> {
    process.running++;
    try {
      const { status, type, text } = await post(process, call);
      if (status === 200) {
        succeeded(process);
        return { outcome: 'answered', text };
      }
      const reason = type.startsWith('text/') ? `: ${text.slice(0, REASON_LENGTH).trim()}` : '';
      const cause = new Error(`${process.url} answered ${status}${reason}`);
      return { outcome: isRefusal(status) ? 'refused' : 'unknown', cause };
    } catch (cause) {
      failed(process, cause);
      return { outcome: UNSENT.has(codeOf(cause)) ? 'refused' : 'unknown', cause };
    } finally {
      process.running--;
    }
  }

  async function ping(process: Process): Promise<void> {
    try {
      const { status } = await post(process, { path: INTERNAL_PATHS.ping, body: '{}', timeoutMs: PING_TIMEOUT_MS });
      if (status === 200) succeeded(process);
      else leaveOut(process, new Error(`a ping was answered with ${status}`));
    } catch (cause) {
      failed(process, cause);
    }
  }

  const pings = setInterval(() => {
    for (const process of processes)
      process.pinging ??= ping(process).finally(() => {
        process.pinging = undefined;
      });
  }, pingEvery);
  pings.unref();

  return {
    async call(call) {
      const tried = new Set<Process>();
      let cause: unknown;
      for (;;) {
        const process = next(tried);
        if (!process) throw new StoreUnavailableError(`no ${name} service takes requests`, { cause });
        tried.add(process);
        const made = await attempt(process, call);
        if (made.outcome === 'answered') return made.text;
        cause = made.cause;
        if (made.outcome === 'unknown' && !call.isRepeatable)
          throw new OutcomeUnknownError(`the ${name} service was asked and did not answer`, { cause });
      }
    },
    available: () => processes.filter(({ isUp }) => isUp).length,
    async close() {
      clearInterval(pings);
      await Promise.all(processes.map(({ pinging }) => pinging));
      await Promise.all(processes.map(({ pool }) => pool.destroy()));
    },
  };
}

/**
 * Runs something for at most so long, in ms. A request that waits for a connection does not end when its signal aborts: it
 * is left alone, and is not sent any more.
 */
async function within<T>(ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`no answer within ${ms} ms`);
      ending.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([run(ending.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether such an answer says that nothing was done. One that is made on the way may come after it was. */
function isRefusal(status: number): boolean {
  return status < 500 || status === 503;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
