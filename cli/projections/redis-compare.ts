import { createHash } from 'node:crypto';
import type { FillingGeneration, KnownSession, RowPair } from '../../infra/redis/filling-generation.js';
import { type RowDifference, shown } from '../../projections/sql/difference.js';
import type { ViewDigest } from '../../projections/sql/digest.js';
import type { Comparison } from './compare.js';

const TABLE = 'sessions';
const LOOKS = 10;
const BETWEEN_LOOKS_MS = 100;
const NAMED_ROWS = 5;

export interface SessionComparisonOptions {
  readonly filling: Pick<FillingGeneration, 'scan' | 'pairsOf'>;
  /** Brings the fresh generation to where the live one is; the last time to the end of the log. */
  readonly catchUp: (isLast: boolean) => Promise<void>;
  /** Whether an app was removed: its sessions are out of reach in the live generation, and not in a fresh one. */
  readonly isRemoved: (appKey: string) => boolean;
  readonly sleep: (ms: number) => Promise<void>;
  /** ms since the epoch. */
  readonly now: () => number;
}

export type SessionComparison = Pick<Comparison, 'live' | 'fresh' | 'tables' | 'rows' | 'onlyFresh'>;

/**
 * Compares the live generation of the sessions view with a fresh one, while both go on. Each session is looked at in both
 * of them at one moment. What the live one knows of it has to be what the fresh one knows, at the same revision of the
 * session's stream. Those that are at different revisions are looked at again once both have gone on.
 */
export async function compareSessions(options: SessionComparisonOptions): Promise<SessionComparison> {
  const { filling, catchUp, isRemoved, sleep, now } = options;
  const live = rowSum();
  const fresh = rowSum();
  let onlyFresh = 0;
  let open: RowPair[] = [];

  function look(pair: RowPair): void {
    if (isRemoved(pair.appKey)) return;
    const known = pair.live;
    if (!known) {
      if (pair.fresh?.session && pair.fresh.session.expiresAt > now()) onlyFresh++;
    } else if (!areEqual(known, pair.fresh)) open.push(pair);
    else if (known.session) {
      live.add(pair, known);
      fresh.add(pair, known);
    }
  }

  for await (const page of filling.scan()) for (const pair of page) look(pair);
  for (let looks = 1; open.length > 0 && looks <= LOOKS; looks++) {
    const again = open;
    open = [];
    await catchUp(looks === LOOKS);
    for (const pair of await filling.pairsOf(again)) look(pair);
    if (open.length > 0) await sleep(BETWEEN_LOOKS_MS);
  }
  for (const pair of open) {
    if (pair.live?.session) live.add(pair, pair.live);
    if (pair.fresh?.session) fresh.add(pair, pair.fresh);
  }
  return {
    live: live.digest(),
    fresh: fresh.digest(),
    tables: open.length > 0 ? [TABLE] : [],
    rows: open.slice(0, NAMED_ROWS).map(differenceOf),
    onlyFresh,
  };
}

/** A session that has ended is one that need not be known. */
function areEqual(live: KnownSession, fresh: KnownSession | undefined): boolean {
  if (!live.session || !fresh?.session) return !live.session && !fresh?.session;
  return live.revision === fresh.revision && textOf(live) === textOf(fresh);
}

function textOf({ revision, session }: KnownSession): string {
  return JSON.stringify([revision, session]);
}

function differenceOf({ appKey, handle, live, fresh }: RowPair): RowDifference {
  const key = { app_key: shown('app_key', appKey), handle: shown('handle', handle) };
  if (!live?.session) return { table: TABLE, key, difference: { missingIn: 'first' } };
  if (!fresh?.session) return { table: TABLE, key, difference: { missingIn: 'second' } };
  const [ours, theirs] = [live.session, fresh.session];
  const fields = Object.keys(ours) as (keyof typeof ours)[];
  const columns = fields.filter((field) => ours[field] !== theirs[field]);
  return { table: TABLE, key, difference: { columns: live.revision === fresh.revision ? columns : ['revision'] } };
}

const DIGEST_SIZE = 2n ** 256n;

/** A digest of rows in whatever order: the sum of the SHA-256 of each, modulo 2^256. */
function rowSum(): { add(at: RowPair, known: KnownSession): void; digest(): ViewDigest } {
  let sum = 0n;
  let rows = 0;
  return {
    add({ appKey, handle }, known) {
      const row = createHash('sha256')
        .update(`${appKey}.${handle} ${textOf(known)}`)
        .digest('hex');
      sum = (sum + BigInt(`0x${row}`)) % DIGEST_SIZE;
      rows++;
    },
    digest() {
      const sha256 = sum.toString(16).padStart(64, '0');
      return { sha256, tables: new Map([[TABLE, { rows, sha256 }]]) };
    },
  };
}
