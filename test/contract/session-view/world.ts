import type { JsonText } from '../../../domain/json/raw-json.js';
import type { NoSession, SessionRecord } from '../../../domain/session/session.js';
import type { RecordedEvent } from '../../../infra/ports/event-log.js';
import type { StoredEvent } from '../../../infra/ports/event-store.js';
import type { SessionView } from '../../../infra/ports/session-view.js';
import { progressBoard } from '../../../projections/runner/progress.js';
import { runProjection } from '../../../projections/runner/runner.js';
import type { View, ViewTarget } from '../../../projections/runner/view.js';
import { sessionsView } from '../../../projections/sessions/view.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { findSession } from '../../../query-service/sessions/find-session.js';
import { type MemoryLog, memoryLog, plainStore } from '../../projections/fixture.js';

export const APP = 'app1';
export const TENANT = 'tenant1';
export const LIFETIME = 3_600_000;

/** A store of sessions, set up for one log. */
export interface SessionStore {
  readonly view: SessionView;
  readonly definition: View<never>;
  readonly target: ViewTarget<never>;
  close(): Promise<void>;
}

export type OpenStore = (log: MemoryLog, passed: () => bigint) => Promise<SessionStore>;

/** A log, a projection of it into a store, and the read side. */
export interface World {
  readonly log: MemoryLog;
  readonly store: SessionStore;
  /** How often a stream was read to answer. */
  readonly streamReads: () => number;
  create(handle: string, more?: { readonly userId?: string; readonly lifetime?: number; readonly data?: string }): void;
  rotate(handle: string, token: string): void;
  setData(handle: string, data: string): void;
  revoke(handle: string): void;
  reuse(handle: string): void;
  deleteUser(userId: string): void;
  find(handle: string, tenantKey?: string): Promise<SessionRecord | NoSession>;
  /** Waits until the view has passed the end of the log. */
  settled(): Promise<void>;
  /** Waits until the view itself knows the session. Each try that misses reads the stream. */
  healed(handle: string): Promise<void>;
  close(): Promise<void>;
}

const SETTLE_MS = 15_000;
/** As a hash that a token has. */
export const hashOf = (token: string) => Buffer.from(token).toString('hex').padStart(64, '0').slice(-64);

export async function openWorld(open: OpenStore): Promise<World> {
  const log = memoryLog();
  const progress = progressBoard();
  const store = await open(log, () => progress.position(sessionsView.name));
  const stopping = new AbortController();
  let streamReads = 0;
  const running = runProjection({
    view: store.definition,
    target: store.target,
    log,
    store: plainStore as never,
    events: { parked: () => undefined, failed: () => undefined, passed: progress.passed },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    signal: stopping.signal,
  });
  const deps = {
    progress,
    sessions: store.view,
    store: {
      streamName: ({ path }: { path: readonly string[] }) => `session-${path.join('.')}`,
      async readStream(stream: string): Promise<readonly StoredEvent[] | undefined> {
        streamReads++;
        const read = await log.readStream(stream);
        return read.found ? plainStore.decode(read.events as RecordedEvent[]) : undefined;
      },
    },
  } as unknown as QueryDeps;
  const stream = (handle: string) => `session-${APP}.${handle}`;

  async function settled(): Promise<void> {
    if (!(await progress.waitFor([sessionsView.name], await log.head(), SETTLE_MS))) throw new Error('not settled');
  }

  const find: World['find'] = (handle, tenantKey = TENANT) => findSession(deps, APP, { handle, tenantKey });

  return {
    log,
    store,
    streamReads: () => streamReads,
    create(handle, { userId = `user of ${handle}`, lifetime = LIFETIME, data = '{}' } = {}) {
      const now = Date.now();
      log.add(stream(handle), 'SessionCreated', {
        ...{ app: APP, tenant: TENANT, tenantId: 'public', handle, owner: 'known' },
        ...{ recipeUserId: userId, subjectUserId: userId, primaryUserId: userId, refreshTokenHash2: hashOf('first') },
        ...{ userDataInJWT: '{"a":1}' as JsonText, userDataInDatabase: data, useStaticKey: false },
        ...{ expiresAt: now + lifetime, at: now },
      });
    },
    rotate(handle, token) {
      log.add(stream(handle), 'RefreshTokenRotated', {
        ...{ newHash2: hashOf(token), prevHash2: hashOf(`before ${token}`) },
        ...{ expiresAt: Date.now() + 2 * LIFETIME, at: Date.now() },
      });
    },
    setData(handle, userDataInDatabase) {
      log.add(stream(handle), 'SessionDataReplaced', { userDataInDatabase, at: Date.now() });
    },
    revoke(handle) {
      log.add(stream(handle), 'SessionRevoked', { reason: 'handle', at: Date.now() });
    },
    reuse(handle) {
      log.add(stream(handle), 'RefreshTokenReuseDetected', {
        subtype: null,
        reportedAs: 'UNAUTHORISED',
        at: Date.now(),
      });
    },
    deleteUser(userId) {
      log.add(`user-${APP}.${userId}`, 'UserDeleted', { app: APP, userId, at: Date.now() });
    },
    find,
    settled,
    async healed(handle) {
      for (const end = Date.now() + SETTLE_MS; Date.now() < end; ) {
        await find(handle);
        if ((await store.view.get(APP, handle)).status === 'known') return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`the view does not know ${handle} again`);
    },
    async close() {
      stopping.abort();
      await running;
      await store.close();
    },
  };
}
