import type { AnyEventType, EventOf } from '../../domain/event.js';
import {
  AccessTokenPayloadReplaced,
  RefreshTokenPromoted,
  RefreshTokenReissuedInGrace,
  RefreshTokenReuseDetected,
  RefreshTokenRotated,
  SessionCreated,
  SessionDataReplaced,
  SessionRevoked,
  SessionSigningKeyKindChanged,
} from '../../domain/session/events.js';
import { AppRemoved, TenantRemoved } from '../../domain/tenancy/events.js';
import { UserDeleted } from '../../domain/user/events.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import type { ChangeableFields, SessionChange } from '../../infra/ports/session-view.js';
import { type Handler, on } from '../runner/view.js';
import { sessionKeyOf } from './key.js';

type Rotation = {
  readonly newHash2: string;
  readonly prevHash2: string;
  readonly at: number;
  readonly expiresAt: number;
};

/**
 * The handlers of the sessions view: each turns an event into one change, which `apply` brings into the store. Sessions
 * whose owner was erased are not in the view.
 */
export function sessionHandlers<Tx>(
  apply: (tx: Tx, change: SessionChange) => Promise<void> | void,
): ReadonlyMap<string, Handler<Tx>> {
  function makes<T extends AnyEventType>(
    type: T,
    changeBy: (data: EventOf<T>['data'], event: StoredEvent) => SessionChange | undefined,
  ): readonly [string, Handler<Tx>] {
    return on(type, (tx: Tx, data, event) => {
      const change = changeBy(data, event);
      return change && apply(tx, change);
    });
  }

  return new Map([
    makes(SessionCreated, (data, event) =>
      event.erased
        ? undefined
        : { kind: 'put', appKey: data.app, handle: data.handle, revision: event.revision, session: created(data) },
    ),
    makes(RefreshTokenPromoted, rotated),
    makes(RefreshTokenRotated, rotated),
    makes(RefreshTokenReissuedInGrace, (data, event) => set(event, { refreshTokenHash2: data.newHash2 })),
    makes(SessionSigningKeyKindChanged, (data, event) => set(event, { useStaticKey: data.useStaticKey })),
    makes(RefreshTokenReuseDetected, (_data, event) => set(event, {})),
    makes(SessionDataReplaced, (data, event) => set(event, { userDataInDatabase: data.userDataInDatabase })),
    makes(AccessTokenPayloadReplaced, (data, event) => set(event, { userDataInJWT: data.userDataInJWT })),
    makes(SessionRevoked, (_data, { stream, revision }) => ({ kind: 'remove', ...sessionKeyOf(stream), revision })),
    // What was sealed under the user's key can't be read again: the live view must not show what a rebuilt one can't.
    makes(UserDeleted, ({ app, userId }) => ({ kind: 'remove-subject', appKey: app, subjectUserId: userId })),
    makes(TenantRemoved, ({ appKey, tenantKey }) => ({ kind: 'remove-tenant', appKey, tenantKey })),
    makes(AppRemoved, ({ appKey }) => ({ kind: 'remove-app', appKey })),
  ]);
}

function created(data: EventOf<typeof SessionCreated>['data']) {
  return {
    app: data.app,
    tenant: data.tenant,
    tenantId: data.tenantId,
    handle: data.handle,
    recipeUserId: data.recipeUserId,
    subjectUserId: data.subjectUserId,
    refreshTokenHash2: data.refreshTokenHash2,
    prevRefreshTokenHash2: null,
    refreshTokenRotatedAt: null,
    expiresAt: data.expiresAt,
    timeCreated: data.at,
    userDataInDatabase: data.userDataInDatabase,
    userDataInJWT: data.userDataInJWT,
    useStaticKey: data.useStaticKey,
  };
}

function rotated(data: Rotation, event: StoredEvent): SessionChange {
  return set(event, {
    refreshTokenHash2: data.newHash2,
    prevRefreshTokenHash2: data.prevHash2,
    refreshTokenRotatedAt: data.at,
    expiresAt: data.expiresAt,
  });
}

function set({ stream, revision }: StoredEvent, fields: Partial<ChangeableFields>): SessionChange {
  return { kind: 'set', ...sessionKeyOf(stream), revision, fields };
}
