import type { ParkedStream } from '../../projections/runner/view.js';
import type { Position } from '../ports/event-log.js';
import type { SessionChange, SessionChanges } from '../ports/session-view.js';
import { packFields, packSession } from './session-row.js';

type Step = readonly (string | Buffer)[];

/** What one transaction does to the view, gathered to be sent at once. */
export interface SessionBatch {
  readonly changes: SessionChanges;
  /** The parameters of all steps so far. */
  steps(): readonly (string | Buffer)[];
  /** How the parked streams will be. */
  readonly parked: ReadonlyMap<string, ParkedStream>;
  readonly parksChanged: boolean;
  /** True once changes of sessions are in it. */
  readonly hasChanges: boolean;
  /** Where the view will stand. */
  checkpoint: Position;
  park(stream: ParkedStream): void;
  unpark(stream: string): void;
  /** Runs a part of it; if that fails, what it has added is taken out again. */
  attempt(part: () => Promise<void> | void): Promise<void>;
}

export function sessionBatch(checkpoint: Position, parkedBefore: ReadonlyMap<string, ParkedStream>): SessionBatch {
  const changes: Step[] = [];
  const parking: Step[] = [];
  const parked = new Map(parkedBefore);
  return {
    changes: { apply: (change) => void changes.push(...stepsOf(change)) },
    // A stream that is parked in a batch has no rows when the batch is done.
    steps: () => [...changes, ...parking].flat(),
    parked,
    get parksChanged() {
      return parking.length > 0;
    },
    get hasChanges() {
      return changes.length > 0;
    },
    checkpoint,
    park(stream) {
      parked.set(stream.stream, stream);
      parking.push(['park', stream.stream, parkedText(stream)]);
    },
    unpark(stream) {
      parked.delete(stream);
      parking.push(['unpark', stream]);
    },
    async attempt(part) {
      const length = changes.length;
      try {
        await part();
      } catch (error) {
        changes.length = length;
        throw error;
      }
    },
  };
}

/** The rows of tenants and apps that were removed are out of reach: the keys of an incarnation are never used again. */
function stepsOf(change: SessionChange): readonly Step[] {
  switch (change.kind) {
    case 'put':
      return [['put', idOf(change), String(change.revision), ...packSession(change.session)]];
    case 'set': {
      const fields = packFields(change.fields);
      return [['set', idOf(change), String(change.revision), String(fields.length / 2), ...fields]];
    }
    case 'remove':
      return [['remove', idOf(change), String(change.revision)]];
    case 'remove-subject':
      return [['remove-subject', change.appKey, change.subjectUserId]];
    case 'remove-tenant':
    case 'remove-app':
      return [];
  }
}

function idOf({ appKey, handle }: { readonly appKey: string; readonly handle: string }): string {
  return `${appKey}.${handle}`;
}

/** A parked stream as it is noted. */
export function parkedText({ position, ...noted }: ParkedStream): string {
  return JSON.stringify({ ...noted, position: String(position) });
}

/** Reads what {@link parkedText} wrote. */
export function parkedOf(text: string): ParkedStream {
  const noted = JSON.parse(text) as Omit<ParkedStream, 'position'> & { readonly position: string };
  return { ...noted, position: BigInt(noted.position) };
}
