import type { ViewTarget } from '../../projections/runner/view.js';
import type { Position } from '../ports/event-log.js';
import type { SessionChanges, SessionView } from '../ports/session-view.js';
import { connectRedis, type RedisFault } from './connection.js';
import { freshness } from './freshness.js';
import { DEFAULT_TOMBSTONE_MS, placeScripts, prefixOf } from './session-place.js';
import { sessionReader } from './session-reader.js';
import { BEAT_MS, sessionTarget, type VoidReason } from './session-target.js';

/** What operators are told. */
export interface RedisSessionEvents {
  /** Redis does not answer: sessions are read from their streams. Told once until it is back. */
  outage(fault: RedisFault): void;
  recovered(): void;
  /** No session is in Redis any more; each comes back when it is asked for. */
  voided(reason: VoidReason): void;
}

export interface RedisSessionViewOptions {
  /** `redis://` or, with TLS, `rediss://user:password@host:port/database`. */
  readonly url: string;
  /** Raised with the version of the view, so that two versions don't meet. */
  readonly version: number;
  /** What the names of all keys begin with (`annals`). */
  readonly name?: string;
  /** How long a lookup may take before the session's stream is read instead, in ms (200). */
  readonly timeout?: number;
  /** How long a revoked session is kept in mind, in ms (one hour). */
  readonly tombstoneMs?: number;
  /** Redis does not list expired sessions: it drops them. */
  readonly expired: SessionView['expired'];
  readonly events: RedisSessionEvents;
}

export interface SessionProjection {
  readonly target: ViewTarget<SessionChanges>;
  stop(): Promise<void>;
}

export interface RedisSessionView {
  readonly view: SessionView;
  /**
   * Makes this process the one that writes. There is one at a time.
   *
   * @param log `head`: the end of the log; `passed`: how far the runner has come with this view
   */
  project(log: { readonly head: () => Promise<Position>; readonly passed: () => Position }): SessionProjection;
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 200;
/** A batch of many changes takes longer than a lookup, in ms. */
const BATCH_TIMEOUT_MS = 500;

/** The sessions view in Redis. Nothing fails here if Redis is away: sessions are read from their streams then. */
export function openRedisSessionView(options: RedisSessionViewOptions): RedisSessionView {
  const {
    url,
    version,
    name,
    timeout = DEFAULT_TIMEOUT_MS,
    tombstoneMs = DEFAULT_TOMBSTONE_MS,
    expired,
    events,
  } = options;
  const prefix = prefixOf(version, name);
  const reading = connectRedis({ url, timeout, onOutage: events.outage, onRecovery: events.recovered });
  const projections = new Set<SessionProjection>();

  return {
    view: { get: sessionReader({ connection: reading, prefix, tombstoneMs }), expired },

    project({ head, passed }) {
      const connection = connectRedis({ url, timeout: BATCH_TIMEOUT_MS, onOutage: ignore, onRecovery: ignore });
      const fresh = freshness({ head, passed, now: () => performance.now() });
      const scripts = placeScripts({ connection, prefix, tombstoneMs, onTime: fresh.told });
      const { attempted } = connection;
      const { beat, ...target } = sessionTarget({ scripts, attempted, freshness: fresh, head, onVoid: events.voided });
      let beating: Promise<void> | undefined;
      const timer = setInterval(() => {
        // What fails shows in the readers and in the runner; the next beat tries again.
        beating ??= beat()
          .catch(ignore)
          .finally(() => {
            beating = undefined;
          });
      }, BEAT_MS);
      timer.unref();
      const projection: SessionProjection = {
        target,
        async stop() {
          clearInterval(timer);
          await beating;
          connection.close();
          projections.delete(projection);
        },
      };
      projections.add(projection);
      return projection;
    },

    close() {
      for (const projection of projections) void projection.stop();
      reading.close();
    },
  };
}

function ignore(): void {}
