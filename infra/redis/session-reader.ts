import { randomBytes } from 'node:crypto';
import { standing } from '../../domain/session/session.js';
import type { FoldedSession, SessionLookup, SessionView } from '../ports/session-view.js';
import type { RedisConnection, Reply } from './connection.js';
import { SILENCE_MS } from './freshness.js';
import { FIRST_GENERATION, generationOf } from './session-place.js';
import { packSession, readRow, type SessionRow } from './session-row.js';
import { lease, remember } from './session-scripts.js';

export interface SessionReaderOptions {
  readonly connection: RedisConnection;
  /** What all keys begin with. */
  readonly prefix: string;
  /** How long a revoked session is kept in mind, in ms. */
  readonly tombstoneMs: number;
}

/** How long a reader may take from a miss to what it has read in the session's stream, in ms. */
const LEASE_MS = 5_000;

const UNKNOWN: SessionLookup = { status: 'unknown' };

/**
 * Looks sessions up in Redis: one round trip for a hit, and one more for the first after a rebuild has switched, which is
 * told by the epoch. Failures and time-outs are misses.
 */
export function sessionReader({ connection, prefix, tombstoneMs }: SessionReaderOptions): SessionView['get'] {
  const meta = `${prefix}meta`;
  const live = `${prefix}live`;
  /** Where rows were found last. */
  let generation = FIRST_GENERATION;

  async function get(appKey: string, handle: string): Promise<SessionLookup> {
    // A server that was restarted or has taken over may have lost what was written last. What it says of rows that may
    // be believed is from before, until it was said again.
    if (connection.age() < SILENCE_MS) return UNKNOWN;
    const id = `${appKey}.${handle}`;
    const [found, bytes] = await connection.mget([live, `${prefix}${generation}:s:${id}`]);
    // Nobody vouches for the rows: the projector is away, or it has not caught up.
    if (!found) return UNKNOWN;
    const epoch = found.toString();
    generation = generationOf(epoch);
    const row = bytes ? readRow(bytes, appKey, handle) : undefined;
    const known = row?.epoch === epoch ? lookupOf(row) : undefined;
    return known ?? (await miss(appKey, handle, id));
  }

  async function miss(appKey: string, handle: string, id: string): Promise<SessionLookup> {
    const token = randomBytes(9).toString('base64');
    const [outcome, epoch, bytes] = parts(await connection.run(lease, meta, [id, token, String(LEASE_MS)]));
    if (outcome !== 'OK' || !epoch) return UNKNOWN;
    const row = Buffer.isBuffer(bytes) ? readRow(bytes, appKey, handle) : undefined;
    if (row) return lookupOf(row) ?? UNKNOWN;
    return {
      status: 'unknown',
      remember(folded) {
        const parameters = written(folded);
        if (parameters)
          void connection.run(remember, meta, [String(epoch), id, token, ...parameters]).catch(() => undefined);
      },
    };
  }

  function written({ state, revision }: FoldedSession): readonly (string | Buffer)[] | undefined {
    if (state.status === 'none' || revision === 'no-stream') return undefined;
    const session = standing(state);
    const head = [String(revision), session ? 'A' : 'T', String(tombstoneMs)];
    return session ? [...head, ...packSession(session)] : head;
  }

  return (appKey, handle) => get(appKey, handle).catch(() => UNKNOWN);
}

function lookupOf(row: SessionRow): SessionLookup | undefined {
  if (row.kind === 'U') return undefined;
  return { status: 'known', session: row.kind === 'A' ? row.session : { status: 'none' } };
}

function parts(reply: Reply): readonly [string | undefined, string | undefined, Reply | undefined] {
  const [outcome, epoch, row] = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
  return [textOf(outcome), textOf(epoch), row];
}

function textOf(reply: Reply | undefined): string | undefined {
  return Buffer.isBuffer(reply) ? reply.toString() : undefined;
}
