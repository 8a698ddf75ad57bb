import { z } from 'zod';
import { type Aggregate, defineEvent, type EventOf, type StreamId } from '../event.js';

const role = { app: z.string(), role: z.string(), at: z.number() };
const permissions = z.array(z.string()).readonly();

/** A role came to be, for the `incarnation`th time: without permissions, and nobody's. */
export const RoleCreated = defineEvent('RoleCreated', { ...role, incarnation: z.number() });

/** The role got permissions that it did not have. */
export const PermissionsAddedToRole = defineEvent('PermissionsAddedToRole', { ...role, permissions });

/** The role lost permissions that it had. */
export const PermissionsRemovedFromRole = defineEvent('PermissionsRemovedFromRole', { ...role, permissions });

/** The role is gone, with its permissions; nobody has it any more, in whichever tenant. */
export const RoleDeleted = defineEvent('RoleDeleted', role);

const roleEvents = [RoleCreated, PermissionsAddedToRole, PermissionsRemovedFromRole, RoleDeleted] as const;

export type RoleEvent = EventOf<(typeof roleEvents)[number]>;

/** One role of an app (31-metadata-roles.md B1). */
export interface RoleState {
  readonly exists: boolean;
  /** How often it has been created. Who had it in an earlier life does not have it now. */
  readonly incarnation: number;
  readonly permissions: ReadonlySet<string>;
}

/** The stream of one role: the boundary of its existence and its permissions. */
export function roleStream(appKey: string, name: string): StreamId {
  return { category: 'role', path: [appKey], hashed: [name] };
}

export const Role: Aggregate<RoleState, RoleEvent> = {
  category: 'role',
  events: roleEvents,
  initial: { exists: false, incarnation: 0, permissions: new Set() },
  evolve(state, event) {
    switch (event.type) {
      case 'RoleCreated':
        return { exists: true, incarnation: event.data.incarnation, permissions: new Set() };
      case 'PermissionsAddedToRole':
        return { ...state, permissions: new Set([...state.permissions, ...event.data.permissions]) };
      case 'PermissionsRemovedFromRole': {
        const gone = new Set(event.data.permissions);
        return { ...state, permissions: new Set([...state.permissions].filter((permission) => !gone.has(permission))) };
      }
      case 'RoleDeleted':
        return { ...state, exists: false, permissions: new Set() };
    }
  },
  subject: () => undefined,
};
