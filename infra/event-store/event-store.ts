import { createHmac, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AnyEventType, StreamId } from '../../domain/event.js';
import { open, seal } from '../keyring/wrapping.js';
import type { EventLog, NewRecord, RecordedEvent } from '../ports/event-log.js';
import type { EventStore, NewEvent, StoredEvent } from '../ports/event-store.js';
import type { Keyring } from '../ports/keyring.js';

const SEALED = '$sealed';
const KEY_ID = 'key';
const VERSION = 'version';
const REMEMBERED_EVENTS = 4_096;
const REMEMBERED_NAMES = 20_000;

interface Opened {
  readonly data: unknown;
  readonly erased: boolean;
}

/** Thrown when the log holds an event that this version of Annals can't read. Projections park its stream. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
}

/**
 * The event store over a log and a keyring.
 *
 * @param catalogue every event type there is, by name
 */
export async function openEventStore(
  log: EventLog,
  keyring: Keyring,
  catalogue: ReadonlyMap<string, AnyEventType>,
): Promise<EventStore> {
  const streamSecret = await keyring.secret('stream-names');
  const names = new LRUCache<string, string>({ max: REMEMBERED_NAMES });
  // What was just appended or read is about to be read by projections: opening and validating it once is enough.
  const remembered = new LRUCache<string, Opened>({ max: REMEMBERED_EVENTS });
  /** How often everything was forgotten: what was opened with a key from before is not remembered. */
  let forgotten = 0;

  function remember(id: string, opened: Opened, since: number): void {
    if (since === forgotten) remembered.set(id, opened);
  }

  function streamName(id: StreamId): string {
    const clear = `${id.category}-${id.path.join('.')}`;
    if (!id.hashed) return clear;
    const cacheKey = JSON.stringify([clear, ...id.hashed]);
    let name = names.get(cacheKey);
    if (!name) {
      const hash = createHmac('sha256', streamSecret).update(cacheKey).digest('hex').slice(0, 40);
      name = `${clear}.${hash}`;
      names.set(cacheKey, name);
    }
    return name;
  }

  const typeOf = (name: string): AnyEventType => {
    const type = catalogue.get(name);
    if (!type)
      throw new UnreadableEventError(`unknown event type ${name}: was it written by a newer version of Annals?`);
    return type;
  };

  const sealingContext = (stream: string, type: string): string => `${stream}|${type}`;

  async function encodeOne(event: NewEvent, metadata: Readonly<Record<string, string>>): Promise<NewRecord> {
    const since = forgotten;
    const type = typeOf(event.event.type);
    const stream = streamName(event.stream);
    const data = type.schema.parse(event.event.data) as Record<string, unknown>;
    const id = randomUUID();
    const meta: Record<string, string> = { ...metadata, [VERSION]: String(type.version) };
    let written: Record<string, unknown> = data;
    if (type.personal.size > 0) {
      if (event.subject === undefined) throw new Error(`${type.name} holds personal data but names no subject`);
      const key = await keyring.sealingKey(event.subject);
      const secret: Record<string, unknown> = {};
      written = {};
      for (const [field, value] of Object.entries(data)) (type.personal.has(field) ? secret : written)[field] = value;
      const sealed = seal(key.key, Buffer.from(JSON.stringify(secret)), sealingContext(stream, type.name));
      written[SEALED] = sealed.toString('base64');
      meta[KEY_ID] = key.id;
    }
    remember(id, { data, erased: false }, since);
    return { stream, id, type: type.name, data: JSON.stringify(written), metadata: meta };
  }

  function openData(event: RecordedEvent, keys: ReadonlyMap<string, Buffer>): Opened {
    const type = typeOf(event.type);
    const { [SEALED]: sealed, ...clear } = JSON.parse(event.data) as Record<string, unknown>;
    let data: Record<string, unknown> = clear;
    let erased = false;
    if (typeof sealed === 'string') {
      const key = keys.get(event.metadata[KEY_ID] ?? '');
      erased = key === undefined;
      const secret = key
        ? JSON.parse(open(key, Buffer.from(sealed, 'base64'), sealingContext(event.stream, event.type)).toString())
        : Object.fromEntries(type.personal);
      data = { ...clear, ...secret };
    }
    for (const upcast of type.upcasters.slice(Number(event.metadata[VERSION] ?? '1') - 1)) data = upcast(data);
    return { data: type.schema.parse(data), erased };
  }

  async function decode(events: readonly RecordedEvent[]): Promise<readonly StoredEvent[]> {
    const since = forgotten;
    // Taken now: what is forgotten while keys are read must not pass for something that nobody can open.
    const known = events.map((event) => remembered.get(event.id));
    const wanted = new Set(events.flatMap((event, i) => (known[i] ? [] : (event.metadata[KEY_ID] ?? []))));
    const keys = wanted.size > 0 ? await keyring.openingKeys([...wanted]) : new Map<string, Buffer>();
    return events.map((event, i) => {
      let opened = known[i];
      if (!opened) {
        opened = openData(event, keys);
        remember(event.id, opened, since);
      }
      return {
        type: event.type,
        data: opened.data,
        id: event.id,
        stream: event.stream,
        revision: event.revision,
        position: event.position,
        recordedAt: event.recordedAt,
        metadata: event.metadata,
        erased: opened.erased,
      };
    });
  }

  return {
    streamName,
    encode: (events, metadata) => Promise.all(events.map((event) => encodeOne(event, metadata))),
    append: (records, checks) => log.append(records, checks),
    streamState: (stream) => log.streamState(stream),
    async readStream(stream, from) {
      const read = await log.readStream(stream, from === undefined ? {} : { from });
      return read.found ? decode(read.events) : undefined;
    },
    async readAll(options) {
      return decode(await log.readAll(options));
    },
    decode,
    forget() {
      forgotten++;
      remembered.clear();
    },
  };
}
