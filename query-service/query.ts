import type { Kysely } from 'kysely';
import type { LRUCache } from 'lru-cache';
import type { EventStore } from '../infra/ports/event-store.js';
import type { Progress } from '../infra/ports/progress.js';
import type { SessionIndex } from '../infra/ports/session-index.js';
import type { SessionView } from '../infra/ports/session-view.js';
import type { TenancyRegistry } from '../infra/ports/tenancy-registry.js';
import type { TokenVerifier } from '../infra/ports/tokens.js';
import type { DirectoryTables } from '../projections/directory/tables.js';
import type { KnownSigningKeys } from './signingkeys/known-keys.js';

/** What the read side works with. One set per process. */
export interface QueryDeps {
  readonly directory: Kysely<DirectoryTables>;
  readonly sessions: SessionView;
  readonly store: EventStore;
  readonly registry: TenancyRegistry;
  readonly progress: Progress;
  readonly sessionIndex: SessionIndex;
  readonly tokens: TokenVerifier;
  /** The keys of apps, as they were read last. */
  readonly signingKeys: LRUCache<string, KnownSigningKeys>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Lower-case hex SHA-256 of the UTF-8 bytes of a text: `sha` in 20-session.md. */
  readonly sha256Hex: (text: string) => string;
  readonly testMode: boolean;
}

/** A query: a name for the wire, and how it is answered from the views. Input and result are plain JSON values. */
export interface Query<I, R> {
  readonly name: string;
  answer(deps: QueryDeps, input: I): Promise<R>;
}

/** Asks the read side, in this process or another one. */
export interface QueryBus {
  ask<I, R>(query: Query<I, R>, input: I): Promise<R>;
}

/** Defines a query. */
export function query<I, R>(name: string, answer: Query<I, R>['answer']): Query<I, R> {
  return { name, answer };
}

/** The bus of a process that holds the read side itself. */
export function localQueryBus(deps: QueryDeps): QueryBus {
  return { ask: (definition, input) => definition.answer(deps, input) };
}
