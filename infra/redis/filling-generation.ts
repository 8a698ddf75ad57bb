import type { SessionRecord } from '../../domain/session/session.js';
import type { ViewTarget } from '../../projections/runner/view.js';
import type { Position } from '../ports/event-log.js';
import type { SessionChanges } from '../ports/session-view.js';
import { type RedisConnection, RedisFault, type Reply, type Script } from './connection.js';
import { holdLive, leave, pairsOf, release, scanPairs, sweep, switchOver, tend } from './generation-scripts.js';
import { PlaceLostError, patientTarget } from './patient-target.js';
import { placeScripts } from './session-place.js';
import { readRow } from './session-row.js';

export interface GenerationOptions {
  readonly connection: RedisConnection;
  /** What all keys begin with. */
  readonly prefix: string;
  /** How long a session that ended is kept in mind, in ms. */
  readonly tombstoneMs: number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What one generation knows of a session. */
export interface KnownSession {
  readonly revision: number;
  /** Undefined if it has ended. */
  readonly session: SessionRecord | undefined;
}

/** What the live generation and the other one know of a session at one moment; undefined if they don't know it. */
export interface RowPair {
  readonly appKey: string;
  readonly handle: string;
  readonly live: KnownSession | undefined;
  readonly fresh: KnownSession | undefined;
}

/** A generation beside the live one, which one process fills. All throw RedisFault, and PlaceLostError if it is gone. */
export interface FillingGeneration {
  /** Takes what happened before the filling began: no reader can bring back a session that had ended then. */
  readonly past: ViewTarget<SessionChanges>;
  /** Takes what happens meanwhile. */
  readonly present: ViewTarget<SessionChanges>;
  /** All sessions of both generations, some at a time. One that changes meanwhile may come twice. */
  scan(): AsyncGenerator<readonly RowPair[]>;
  pairsOf(sessions: readonly Pick<RowPair, 'appKey' | 'handle'>[]): Promise<readonly RowPair[]>;
  /** Keeps the live generation as it is for some ms at most. @returns its checkpoint, undefined if there is none */
  hold(ms: number): Promise<Position | undefined>;
  release(): Promise<void>;
  /**
   * Makes it the live one.
   *
   * @param aside whether what was live is about to be removed ('aside') or kept ('kept')
   * @returns where the view stands now; undefined if the live one holds more, and nothing was changed
   */
  switchOver(aside: 'aside' | 'kept'): Promise<Position | undefined>;
  /** Removes the generations that nobody uses, in short steps. @param hasDone this one is of no use either, unless it is live */
  sweep(hasDone: boolean): Promise<void>;
  /** Lets others fill generations. */
  end(): Promise<void>;
}

/** How long others wait for one who does not say any more that he is at it, in ms. */
export const TENDED_MS = 30_000;
const TEND_EVERY_MS = 5_000;
/** Rows are kept for as long whatever their expiry says, in ms: more than a filling takes. */
const KEEP_MS = 24 * 3_600_000;
/** Keys that one step of a scan looks at to remove them. */
const STEP = 500;
/** Keys that one step looks at whose values are sent: a value may be large. */
const PAIRS_AT_ONCE = 100;

/** @param generation was taken (generation-scripts.ts) */
export function fillingGeneration(options: GenerationOptions, generation: string): FillingGeneration {
  const { connection, prefix, sleep, tombstoneMs } = options;
  const whenLost = 'Redis has lost what was being filled: it was flushed, or others took over. Run the command again';
  const targetWith = (keptInMindMs: number) =>
    patientTarget({
      scripts: placeScripts({ connection, prefix, generation, tombstoneMs: keptInMindMs, keepMs: KEEP_MS }),
      sleep,
      whenLost,
    });
  const tending = setInterval(() => {
    // Whoever finds it lost is told by the next step.
    run(tend, [generation, String(TENDED_MS)]).catch(() => undefined);
  }, TEND_EVERY_MS);
  tending.unref();

  async function run(script: Script, parameters: readonly string[]) {
    const reply = await connection.run(script, `${prefix}meta`, parameters);
    const [outcome, ...rest] = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
    if (outcome === undefined) throw new RedisFault('Redis gave an unexpected answer');
    if (String(outcome) === 'LOST') throw new PlaceLostError(whenLost);
    return { isOk: String(outcome) === 'OK', rest };
  }

  return {
    past: targetWith(0),
    present: targetWith(tombstoneMs),

    async *scan() {
      let cursor = '0';
      do {
        const { rest } = await run(scanPairs, [generation, cursor, `${globOf(prefix)}*:s:*`, String(PAIRS_AT_ONCE)]);
        yield pairsIn(rest);
        cursor = String(rest[3]);
      } while (cursor !== '0');
    },

    async pairsOf(sessions) {
      const found: RowPair[] = [];
      for (let at = 0; at < sessions.length; at += PAIRS_AT_ONCE) {
        const ids = sessions.slice(at, at + PAIRS_AT_ONCE).map(({ appKey, handle }) => `${appKey}.${handle}`);
        found.push(...pairsIn((await run(pairsOf, [generation, ...ids])).rest));
      }
      return found;
    },

    async hold(ms) {
      const [checkpoint] = (await run(holdLive, [generation, String(ms)])).rest;
      return checkpoint ? BigInt(String(checkpoint)) : undefined;
    },

    async release() {
      await run(release, [generation]);
    },

    async switchOver(aside) {
      const { isOk, rest } = await run(switchOver, [generation, aside]);
      return isOk ? BigInt(String(rest[0])) : undefined;
    },

    async sweep(hasDone) {
      let cursor = '0';
      do {
        const started = performance.now();
        const parameters = [generation, hasDone ? '1' : '0', cursor, `${globOf(prefix)}*`, String(STEP)];
        cursor = String((await run(sweep, parameters)).rest[0]);
        await sleep(performance.now() - started);
      } while (cursor !== '0');
    },

    async end() {
      clearInterval(tending);
      await run(leave, [generation]);
    },
  };
}

function pairsIn(rest: readonly Reply[]): readonly RowPair[] {
  const [liveEpoch, freshEpoch, found] = rest;
  const pairs: RowPair[] = [];
  const replies = Array.isArray(found) ? (found as readonly Reply[]) : [];
  for (let at = 0; at < replies.length; at += 3) {
    const id = String(replies[at]);
    const dot = id.lastIndexOf('.');
    const [appKey, handle] = [id.slice(0, dot), id.slice(dot + 1)];
    const known = (row: Reply | undefined, epoch: Reply | undefined) => knownIn(row, String(epoch), appKey, handle);
    pairs.push({ appKey, handle, live: known(replies[at + 1], liveEpoch), fresh: known(replies[at + 2], freshEpoch) });
  }
  return pairs;
}

function knownIn(bytes: Reply | undefined, epoch: string, appKey: string, handle: string): KnownSession | undefined {
  const row = Buffer.isBuffer(bytes) ? readRow(bytes, appKey, handle) : undefined;
  if (!row || row.epoch !== epoch || row.kind === 'U') return undefined;
  return { revision: row.revision, session: row.kind === 'A' ? row.session : undefined };
}

/** A text as a pattern that only it matches. */
function globOf(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
