import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ParkedStream } from '../../projections/runner/view.js';
import type { Position } from '../ports/event-log.js';
import { type RedisConnection, RedisFault, type Reply, type Script } from './connection.js';
import { parkedOf, parkedText, type SessionBatch } from './session-batch.js';
import { applyBatch, begin, look, type Outcome, renew } from './session-scripts.js';

/** Where the view stands: the epoch its rows were written in, and what is in them. */
export interface Place {
  readonly epoch: string;
  readonly checkpoint: Position;
  readonly parked: ReadonlyMap<string, ParkedStream>;
  /** Counts changes to the parked streams. */
  readonly parks: string;
}

/** A place, and how long ago its projector was there, by the clock of Redis, in ms. */
export interface FoundPlace extends Place {
  readonly idleMs: number;
}

export type Told<T> = { readonly outcome: 'OK'; readonly value: T } | { readonly outcome: 'LOST' | 'MOVED' };

/** What all keys of a version of the view begin with. In a cluster, keys with the same text in braces are kept together. */
export function prefixOf(version: number, name = 'annals'): string {
  return `${name}:{sessions@${version}}:`;
}

/** How long a session that ended is kept in mind, in ms. */
export const DEFAULT_TOMBSTONE_MS = 3_600_000;

/** The generation of a view that was never rebuilt. */
export const FIRST_GENERATION = '0';

/** An epoch that never was before, of rows in a generation. */
export function newEpoch(generation: string): string {
  return `${generation}/${randomBytes(6).toString('base64')}`;
}

/** The generation that the rows of an epoch are in. */
export function generationOf(epoch: string): string {
  return epoch.slice(0, epoch.indexOf('/'));
}

export interface PlaceOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  /** A generation that is being filled; by default, what is live. */
  readonly generation?: string;
  /** How long it is kept in mind that a session has ended, in ms. 0: no reader could bring it back. */
  readonly tombstoneMs: number;
  /** How long rows are kept at least, in ms (0), even if their sessions have expired. */
  readonly keepMs?: number;
  /** Told of the time of Redis, in ms since the epoch, as of a moment before now. */
  readonly onTime?: (serverTime: number) => void;
}

/** How long it is kept in mind that a session that is not there has changed, in ms. */
const UNKNOWN_MS = 600_000;
/** A rebuild holds what is live for a moment before it switches: how often to look and how long to wait, in ms. */
const HELD_PAUSE_MS = 5;
const HELD_PATIENCE_MS = 5_000;

/** The scripts of the projector. All throw RedisFault; what they do may have happened all the same. */
export function placeScripts({
  connection,
  prefix,
  generation = '',
  tombstoneMs,
  keepMs = 0,
  onTime = () => undefined,
}: PlaceOptions) {
  const meta = `${prefix}meta`;

  async function run(script: Script, parameters: readonly (string | Buffer)[]) {
    for (const deadline = performance.now() + HELD_PATIENCE_MS; performance.now() < deadline; ) {
      const reply = await connection.run(script, meta, parameters);
      const [told, time, ...rest] = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
      if (typeof time !== 'number') throw new RedisFault('Redis gave an unexpected answer');
      onTime(time);
      const outcome = String(told) as Outcome;
      if (outcome !== 'HELD') return { outcome, time, rest };
      await pause(HELD_PAUSE_MS);
    }
    throw new RedisFault('a rebuild holds the view for too long');
  }

  return {
    /** Where the view stands in Redis. LOST: there is none. */
    async look(): Promise<Told<FoundPlace>> {
      const { outcome, time, rest } = await run(look, [generation]);
      if (outcome !== 'OK') return { outcome };
      const [epoch, checkpoint, parks, seen, noted] = rest;
      const parked = (Array.isArray(noted) ? (noted as readonly Reply[]) : []).map((text) => parkedOf(String(text)));
      return {
        outcome,
        value: {
          epoch: String(epoch),
          checkpoint: BigInt(String(checkpoint)),
          parks: String(parks),
          parked: new Map(parked.map((stream) => [stream.stream, stream])),
          idleMs: time - Number(seen),
        },
      };
    },

    /** Makes all rows void and starts at a place. MOVED: somebody else did so first. */
    async begin(before: string, { epoch, checkpoint, parked }: Omit<Place, 'parks'>): Promise<Told<Place>> {
      const noted = [...parked.values()].flatMap((stream) => [stream.stream, parkedText(stream)]);
      const { outcome } = await run(begin, [before, epoch, String(checkpoint), ...noted]);
      return outcome === 'OK' ? { outcome, value: { epoch, checkpoint, parked, parks: '0' } } : { outcome };
    },

    /** @param freshUntil how long rows may be believed, by the clock of Redis */
    async apply(place: Place, batch: SessionBatch, freshUntil: number): Promise<Told<Place>> {
      const { outcome, rest } = await run(applyBatch, [
        generation,
        ...addressOf(place),
        String(batch.checkpoint),
        String(freshUntil),
        String(tombstoneMs),
        String(UNKNOWN_MS),
        String(keepMs),
        ...batch.steps(),
      ]);
      if (outcome !== 'OK') return { outcome };
      const { checkpoint, parked } = batch;
      return { outcome, value: { epoch: place.epoch, checkpoint, parked, parks: String(rest[0]) } };
    },

    async renew(place: Place, freshUntil: number): Promise<Exclude<Outcome, 'HELD'>> {
      return (await run(renew, [...addressOf(place), String(freshUntil)])).outcome;
    },
  };
}

function addressOf({ epoch, checkpoint, parks }: Place): readonly string[] {
  return [epoch, String(checkpoint), parks];
}
