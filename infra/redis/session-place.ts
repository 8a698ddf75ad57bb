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

export interface PlaceOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly tombstoneMs: number;
  /** Told of the time of Redis, in ms since the epoch, as of a moment before now. */
  readonly onTime: (serverTime: number) => void;
}

/** How long it is kept in mind that a session that is not there has changed, in ms. */
const UNKNOWN_MS = 600_000;

/** The scripts of the projector. All throw RedisFault; what they do may have happened all the same. */
export function placeScripts({ connection, prefix, tombstoneMs, onTime }: PlaceOptions) {
  const meta = `${prefix}meta`;

  async function run(script: Script, parameters: readonly (string | Buffer)[]) {
    const reply = await connection.run(script, meta, parameters);
    const [outcome, time, ...rest] = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
    if (typeof time !== 'number') throw new RedisFault('Redis gave an unexpected answer');
    onTime(time);
    return { outcome: String(outcome) as Outcome, time, rest };
  }

  return {
    /** Where the view stands in Redis. LOST: there is none. */
    async look(): Promise<Told<FoundPlace>> {
      const { outcome, time, rest } = await run(look, []);
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
        ...addressOf(place),
        String(batch.checkpoint),
        String(freshUntil),
        String(tombstoneMs),
        String(UNKNOWN_MS),
        ...batch.steps(),
      ]);
      if (outcome !== 'OK') return { outcome };
      const { checkpoint, parked } = batch;
      return { outcome, value: { epoch: place.epoch, checkpoint, parked, parks: String(rest[0]) } };
    },

    async renew(place: Place, freshUntil: number): Promise<Outcome> {
      return (await run(renew, [...addressOf(place), String(freshUntil)])).outcome;
    },
  };
}

function addressOf({ epoch, checkpoint, parks }: Place): readonly string[] {
  return [epoch, String(checkpoint), parks];
}
