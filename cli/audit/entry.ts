import { eventCatalogue } from '../../domain/catalogue.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import type { AccountInfoEvent } from './account-infos.js';
import type { Person, Relation } from './history.js';
import { timeOf } from './time.js';

/** Stands for a value that nobody may see, such as the hash of a password. */
export const HIDDEN = '(hidden)';
/** Stands for a personal value whose key was destroyed. */
export const ERASED = '(erased)';

/** Names of the fields that secrets could be guessed or checked with. */
const SECRET_FIELD = /hash|salt|secret/i;

/** One event of a history, as plain JSON. */
export interface AuditEntry {
  /** When the log recorded it: ISO 8601, UTC. */
  readonly time: string;
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly eventId: string;
  /** Whose it is. */
  readonly about: { readonly userId: string; readonly relation: Relation };
  /** What a claim, a release or a failed sign-in is about, where the stream's name hides it; else null. */
  readonly accountInfo: AccountInfoEvent['accountInfo'] | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** The fields of `data` that hold stand-ins. */
  readonly hidden: readonly string[];
  readonly erased: readonly string[];
  /** Who asked for it, by which command, through which version of the interface; null if the event does not say. */
  readonly actor: string | null;
  readonly command: string | null;
  readonly cdiVersion: string | null;
  readonly correlationId: string | null;
  /** The W3C trace context that the request came with. */
  readonly traceparent: string | null;
}

/** Tells an event without its secrets. */
export function auditEntry(
  event: StoredEvent,
  person: Person,
  accountInfo: AuditEntry['accountInfo'] = null,
): AuditEntry {
  const { metadata } = event;
  const erased = erasedFields(event);
  const data = event.data as Readonly<Record<string, unknown>>;
  const hidden = Object.keys(data).filter((field) => SECRET_FIELD.test(field) && !erased.has(field));
  return {
    time: new Date(timeOf(event)).toISOString(),
    position: String(event.position),
    stream: event.stream,
    revision: event.revision,
    type: event.type,
    eventId: event.id,
    about: { userId: person.userId, relation: person.relation },
    accountInfo,
    data: { ...data, ...standIns(hidden, HIDDEN), ...standIns(erased, ERASED) },
    hidden,
    erased: [...erased],
    actor: metadata.actor ?? null,
    command: metadata.command ?? null,
    cdiVersion: metadata.cdiVersion ?? null,
    correlationId: metadata.$correlationId ?? null,
    traceparent: metadata.traceparent ?? null,
  };
}

/** The fields of an event that can't be read any more. */
export function erasedFields(event: Pick<StoredEvent, 'type' | 'erased'>): ReadonlySet<string> {
  return new Set(event.erased ? eventCatalogue.get(event.type)?.personal.keys() : []);
}

function standIns(fields: Iterable<string>, value: string): Record<string, string> {
  return Object.fromEntries([...fields].map((field) => [field, value]));
}
