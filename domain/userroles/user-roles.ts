import { z } from 'zod';
import { type Aggregate, defineEvent, type EventOf, personal, type StreamId } from '../event.js';
import { userSubject } from '../user/user.js';
import type { RoleState } from './role.js';

/**
 * What every event says. The assignments of a user id are sealed under a key of its own, which has a random name: like
 * metadata they belong to the id as callers send it.
 */
const assignments = { app: z.string(), keyName: z.string(), at: z.number() };
const inTenant = { ...assignments, tenant: z.string(), role: z.string() };

/** A user id got a role in a tenant; `incarnation` is that of the role. */
export const RoleAssignedToUser = defineEvent('RoleAssignedToUser', {
  ...inTenant,
  userId: personal(z.string(), ''),
  incarnation: z.number(),
});

/** The user id whose stream this is does not have the role in the tenant any more. */
export const RoleRemovedFromUser = defineEvent('RoleRemovedFromUser', {
  ...inTenant,
  cause: z.enum(['unassigned', 'user-removed-from-tenant']),
});

/** The user is gone, and the roles in every tenant. Destroys the key of the assignments. */
export const UserRolesErased = defineEvent('UserRolesErased', assignments);

const userRolesEvents = [RoleAssignedToUser, RoleRemovedFromUser, UserRolesErased] as const;

export type UserRolesEvent = EventOf<(typeof userRolesEvents)[number]>;

/** A role that was assigned in a tenant. It holds for as long as that incarnation of the role exists. */
export interface Assignment {
  readonly tenantKey: string;
  readonly role: string;
  readonly incarnation: number;
}

/** The roles of one user id in all tenants of an app, deleted roles and removed tenants included. */
export interface UserRolesState {
  /** Names the key that seals the assignments; undefined before the first one, and once they are erased. */
  readonly key: { readonly appKey: string; readonly keyName: string } | undefined;
  readonly assignments: readonly Assignment[];
}

/**
 * The stream of one user id, which may be any text, in one app. All its tenants are one boundary, so that a deletion of
 * the user, or the question whether any role is left, is decided on this stream alone.
 */
export function userRolesStream(appKey: string, userId: string): StreamId {
  return { category: 'userroles', path: [appKey], hashed: [userId] };
}

const nobodys: UserRolesState = { key: undefined, assignments: [] };

export const UserRoles: Aggregate<UserRolesState, UserRolesEvent> = {
  category: 'userroles',
  events: userRolesEvents,
  initial: nobodys,
  evolve(state, event) {
    switch (event.type) {
      case 'RoleAssignedToUser': {
        const { app, keyName, tenant, role, incarnation } = event.data;
        const assignment = { tenantKey: tenant, role, incarnation };
        return {
          key: { appKey: app, keyName },
          assignments: [...without(state.assignments, tenant, role), assignment],
        };
      }
      case 'RoleRemovedFromUser':
        return { ...state, assignments: without(state.assignments, event.data.tenant, event.data.role) };
      case 'UserRolesErased':
        return nobodys;
    }
  },
  subject: ({ key }) => key && userSubject(key.appKey, key.keyName),
};

function without(assignments: readonly Assignment[], tenantKey: string, role: string): readonly Assignment[] {
  return assignments.filter((assignment) => assignment.tenantKey !== tenantKey || assignment.role !== role);
}

/** Whether the assignment holds, given the role it is of. */
export function holds(assignment: Assignment, role: RoleState): boolean {
  return role.exists && role.incarnation === assignment.incarnation;
}
