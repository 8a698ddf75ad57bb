import { randomBytes } from 'node:crypto';
import type { ViewTarget } from '../../projections/runner/view.js';
import type { Position } from '../ports/event-log.js';
import type { SessionChanges } from '../ports/session-view.js';
import { connectRedis, RedisFault, type Reply } from './connection.js';
import { type FillingGeneration, fillingGeneration, TENDED_MS } from './filling-generation.js';
import { beside, take } from './generation-scripts.js';
import { patientTarget } from './patient-target.js';
import { DEFAULT_TOMBSTONE_MS, type FoundPlace, newEpoch, placeScripts, prefixOf } from './session-place.js';

/** What a generation beside the live one is for. */
export type GenerationTask = 'rebuild' | 'verify';

/**
 * What is beside the live generation: one that is being filled, what was live before and is about to be removed ('aside')
 * or kept ('kept'), or what a process that was killed has left behind.
 */
export type GenerationState = GenerationTask | 'aside' | 'kept' | 'left';

export interface BesideGeneration {
  /** What its keys begin with. */
  readonly prefix: string;
  readonly state: GenerationState;
  /** How far it has come, if it is being filled. */
  readonly checkpoint: Position | undefined;
}

export interface SessionGenerationsOptions {
  /** `redis://` or, with TLS, `rediss://user:password@host:port/database`. */
  readonly url: string;
  /** The version of the view. */
  readonly version: number;
  /** What the names of all keys begin with (`annals`). */
  readonly name?: string;
  /** How long a session that ended is kept in mind, in ms (one hour). */
  readonly tombstoneMs?: number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The sessions view in Redis as whoever operates it sees it, beside the service or without it. All throw RedisFault. */
export interface SessionGenerations {
  /** Where the live generation stands; undefined if there is none. */
  live(): Promise<FoundPlace | undefined>;
  /** Changes rows of the live generation, beside its projector. Throws PlaceLostError if there is none. */
  readonly liveTarget: ViewTarget<SessionChanges>;
  /** Generations beside the live one, and whether somebody is at one of them. */
  beside(): Promise<{ readonly isTended: boolean; readonly generations: readonly BesideGeneration[] }>;
  /** Makes an empty generation to be filled. It has to be ended. @returns undefined if somebody is at one */
  fill(task: GenerationTask): Promise<FillingGeneration | undefined>;
  close(): void;
}

const TIMEOUT_MS = 5_000;
const CONNECT_MS = 5_000;
const LOOK_EVERY_MS = 20;

/**
 * Opens the generations of the sessions view.
 *
 * @throws RedisFault if Redis can't be reached within 5 s
 */
export async function openSessionGenerations(options: SessionGenerationsOptions): Promise<SessionGenerations> {
  const { url, version, name, tombstoneMs = DEFAULT_TOMBSTONE_MS, sleep } = options;
  let last = new RedisFault('Redis does not answer');
  const connection = connectRedis({
    url,
    timeout: TIMEOUT_MS,
    onOutage: (fault) => {
      last = fault;
    },
    onRecovery: () => undefined,
  });
  for (let waited = 0; connection.age() === 0; waited += LOOK_EVERY_MS) {
    if (waited >= CONNECT_MS) {
      connection.close();
      throw new RedisFault(`Redis can't be reached: ${last.message}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
  const prefix = prefixOf(version, name);
  const liveScripts = placeScripts({ connection, prefix, tombstoneMs });

  async function run(...[script, ...parameters]: [typeof take, ...string[]]): Promise<readonly Reply[]> {
    const reply = await connection.run(script, `${prefix}meta`, parameters);
    return Array.isArray(reply) ? (reply as readonly Reply[]) : [];
  }

  return {
    async live() {
      const found = await liveScripts.look();
      return found.outcome === 'OK' ? found.value : undefined;
    },

    liveTarget: patientTarget({ scripts: liveScripts, sleep, whenLost: 'Redis holds no sessions' }),

    async beside() {
      const [, tended, noted] = await run(beside);
      const texts = Array.isArray(noted) ? (noted as readonly Reply[]).map(String) : [];
      const generations: BesideGeneration[] = [];
      for (let at = 0; at < texts.length; at += 2) {
        const generation = texts[at] ?? '';
        const found = await placeScripts({ connection, prefix, generation, tombstoneMs }).look();
        generations.push({
          prefix: `${prefix}${generation}:`,
          state: texts[at + 1] as GenerationState,
          checkpoint: found.outcome === 'OK' ? found.value.checkpoint : undefined,
        });
      }
      return { isTended: tended !== null, generations };
    },

    async fill(task) {
      const generation = randomBytes(4).toString('hex');
      const [outcome] = await run(take, generation, newEpoch(generation), task, String(TENDED_MS));
      if (String(outcome) !== 'OK') return undefined;
      return fillingGeneration({ connection, prefix, tombstoneMs, sleep }, generation);
    },

    close: () => connection.close(),
  };
}
