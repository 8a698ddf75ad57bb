import type { LRUCache } from 'lru-cache';
import type { SignInProtection } from '../domain/bruteforce/policy.js';
import type { CoreConfig } from '../domain/config/options.js';
import type { DomainEvent } from '../domain/event.js';
import type { SigningKeysState } from '../domain/signingkeys/signing-keys.js';
import type { TenantAddress } from '../domain/tenancy/ids.js';
import type { Position } from '../infra/ports/event-log.js';
import type { EventStore } from '../infra/ports/event-store.js';
import type { PasswordHasher } from '../infra/ports/password-hasher.js';
import type { SessionIndex } from '../infra/ports/session-index.js';
import type { TenancyRegistry } from '../infra/ports/tenancy-registry.js';
import type { KeyPairSupply, TokenMinter } from '../infra/ports/tokens.js';
import type { Tx, UnitOfWork } from './unit-of-work.js';

/** The app and tenant that a message is about: their names, and the keys of their present incarnations. */
export interface Target extends TenantAddress {
  readonly appKey: string;
  readonly tenantKey: string;
}

/** Who asks, in what words, as part of which request: written into the metadata of every event. */
export interface MessageMeta {
  readonly correlationId: string;
  /** `api-key:<fingerprint>`, `cli:<user>`, `job:<name>` or `anonymous`. */
  readonly actor: string;
  readonly cdiVersion?: string;
  readonly traceparent?: string;
}

/** What one process remembers between commands; none of it decides anything. */
export interface ProcessMemory {
  /** Users that were recorded as active lately, with the time in ms. */
  readonly recentlyActive: LRUCache<string, number>;
  /** The last time joined that was given per app, in ms. */
  readonly lastJoined: LRUCache<string, number>;
  /** The keys of apps, as they were used last. */
  readonly signingKeys: LRUCache<string, SigningKeysState>;
  /** The making of an app's keys, while it is under way. */
  readonly signingKeysInTheMaking: Map<string, Promise<SigningKeysState>>;
  /** The last decision on the tenancy of each app that is under way; the next one waits for it. */
  readonly tenancyTurns: Map<string, Promise<void>>;
}

/** What the write side works with. One set per process. */
export interface CommandDeps {
  readonly unitOfWork: UnitOfWork;
  readonly store: EventStore;
  readonly registry: TenancyRegistry;
  /** The base config, normalised, without derived values. */
  readonly base: CoreConfig;
  readonly hasher: PasswordHasher;
  readonly minter: TokenMinter;
  readonly keyPairs: KeyPairSupply;
  /** Makes the text form of an app's refresh token key (20-session.md 4.2). */
  readonly newRefreshTokenKey: () => Promise<string>;
  readonly sessionIndex: SessionIndex;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A random UUID (RFC 9562, version 4). */
  readonly uuid: () => string;
  readonly randomBytes: (size: number) => Buffer;
  /** Lower-case hex SHA-256 of the UTF-8 bytes of a text: `sha` in 20-session.md. */
  readonly sha256Hex: (text: string) => string;
  readonly testMode: boolean;
  readonly signInProtection: SignInProtection;
  /** Hides a stream whose events need not be kept (EventLog.delete). */
  readonly deleteStream: (stream: string) => Promise<void>;
  /** What a process remembers to save work, and may forget. */
  readonly memory: ProcessMemory;
  /** A sign-in was refused: the credentials were wrong, or it was blocked. */
  readonly onSignInRefused: (why: 'failed' | 'blocked') => void;
  /** A failure that must not fail the request. */
  readonly onSwallowed: (what: string, error: unknown) => void;
}

/** What a handler sees: the dependencies, the request's metadata, and transactions whose commits are counted. */
export interface CommandContext extends CommandDeps {
  readonly meta: MessageMeta;
  /** Runs a unit of work; what it appends is part of what the answer waits for. */
  transact<R>(body: (tx: Tx) => Promise<R>): Promise<R>;
  /** Appends facts that depend on nothing, to streams at whatever revision they have. */
  record(events: readonly RecordedFact[]): Promise<void>;
}

/** A fact to be appended without a condition. */
export interface RecordedFact {
  readonly stream: Parameters<EventStore['streamName']>[0];
  readonly event: DomainEvent;
  readonly subject: string | undefined;
}

/** A command: a name for the wire, and what it does. Input and result are plain JSON values. */
export interface Command<I, R> {
  readonly name: string;
  handle(context: CommandContext, input: I): Promise<R>;
}

/** A command's answer, and how far the views must be before it may be told. */
export interface CommandOutcome<R> {
  readonly result: R;
  readonly position: Position | undefined;
  readonly eventTypes: readonly string[];
}

/** Sends commands to the write side, in this process or another one. */
export interface CommandBus {
  send<I, R>(command: Command<I, R>, input: I, meta: MessageMeta): Promise<CommandOutcome<R>>;
}

/** Defines a command. */
export function command<I, R>(name: string, handle: Command<I, R>['handle']): Command<I, R> {
  return { name, handle };
}

/** Runs a command in this process. */
export async function runCommand<I, R>(
  deps: CommandDeps,
  definition: Command<I, R>,
  input: I,
  meta: MessageMeta,
): Promise<CommandOutcome<R>> {
  const metadata = flat(definition.name, meta);
  const eventTypes = new Set<string>();
  let position: Position | undefined;
  const committed = (at: Position | undefined, types: Iterable<string>) => {
    if (at !== undefined && (position === undefined || at > position)) position = at;
    for (const type of types) eventTypes.add(type);
  };
  const context: CommandContext = {
    ...deps,
    meta,
    async transact(body) {
      const done = await deps.unitOfWork(metadata, body);
      committed(done.position, done.eventTypes);
      return done.result;
    },
    async record(facts) {
      const appended = await deps.store.append(await deps.store.encode(facts, metadata), []);
      if (appended.ok)
        committed(
          appended.position,
          facts.map((fact) => fact.event.type),
        );
    },
  };
  const result = await definition.handle(context, input);
  return { result, position, eventTypes: [...eventTypes] };
}

/** The bus of a process that holds the write side itself. */
export function localCommandBus(deps: CommandDeps): CommandBus {
  return { send: (definition, input, meta) => runCommand(deps, definition, input, meta) };
}

function flat(commandName: string, meta: MessageMeta): Readonly<Record<string, string>> {
  return {
    $correlationId: meta.correlationId,
    command: commandName,
    actor: meta.actor,
    ...(meta.cdiVersion === undefined ? {} : { cdiVersion: meta.cdiVersion }),
    ...(meta.traceparent === undefined ? {} : { traceparent: meta.traceparent }),
  };
}
