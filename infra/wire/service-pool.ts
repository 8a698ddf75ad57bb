import { Pool } from 'undici';
import { OutcomeUnknownError } from '../ports/event-log.js';
import type { ServiceCall, ServicePool } from '../ports/services.js';
import { StoreUnavailableError } from '../ports/store-unavailable.js';
import { INTERNAL_PATHS, PROTOCOL, PROTOCOL_HEADER } from './protocol.js';

export interface ServicePoolOptions {
  /** What operators know the service as. */
  readonly name: string;
  /** Of its processes: `http://host:port`. */
  readonly urls: readonly string[];
  /** The key that all processes share. */
  readonly key: string;
  /** A process is not asked any more, or is asked again. */
  readonly onChange: (url: string, isUp: boolean, cause: unknown) => void;
}

/** Failures in a row after which a process is not asked any more. */
const FAILURES = 2;
const PING_EVERY_MS = 500;
const PING_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** Less than for how long services keep idle connections, so that none is used that the other side is closing. */
const IDLE_MS = 10_000;
const CONNECTIONS = 64;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

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
}

type Attempt =
  | { readonly outcome: 'answered'; readonly text: string }
  /** It was not done there. */
  | { readonly outcome: 'refused'; readonly cause: unknown }
  | { readonly outcome: 'unknown'; readonly cause: unknown };

/**
 * Reaches the processes of a service over HTTP connections that are kept open. A process that fails twice in a row is
 * left out (its circuit is open) until it answers a ping, which every process gets twice a second.
 */
export function openServicePool({ name, urls, key, onChange }: ServicePoolOptions): ServicePool {
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
        maxResponseSize: MAX_ANSWER_BYTES,
      }),
      running: 0,
      failures: 0,
      isUp: true,
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
    if (process.failures < FAILURES || !process.isUp) return;
    process.isUp = false;
    onChange(process.url, false, cause);
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

  async function attempt(process: Process, { path, body, timeoutMs, traceparent }: ServiceCall): Promise<Attempt> {
    process.running++;
    try {
      const { statusCode, body: answer } = await process.pool.request({
        method: 'POST',
        path,
        headers: traceparent === undefined ? headers : { ...headers, traceparent },
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      const text = await answer.text();
      succeeded(process);
      if (statusCode === 200) return { outcome: 'answered', text };
      return { outcome: 'refused', cause: new Error(`${process.url} answered ${statusCode}: ${text.slice(0, 200)}`) };
    } catch (cause) {
      failed(process, cause);
      return { outcome: UNSENT.has(codeOf(cause)) ? 'refused' : 'unknown', cause };
    } finally {
      process.running--;
    }
  }

  async function ping(process: Process): Promise<void> {
    try {
      const { statusCode, body } = await process.pool.request({
        method: 'POST',
        path: INTERNAL_PATHS.ping,
        headers,
        body: '{}',
        signal: AbortSignal.timeout(PING_TIMEOUT_MS),
      });
      await body.dump();
      if (statusCode === 200) succeeded(process);
      else failed(process, new Error(`a ping was answered with ${statusCode}`));
    } catch (cause) {
      failed(process, cause);
    }
  }

  let pinging: Promise<unknown> | undefined;
  const pings = setInterval(() => {
    pinging ??= Promise.all(processes.map(ping)).finally(() => {
      pinging = undefined;
    });
  }, PING_EVERY_MS);
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
      await pinging;
      await Promise.all(processes.map(({ pool }) => pool.destroy()));
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
