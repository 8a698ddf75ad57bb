import type { Aggregate, StreamId } from '../event.js';
import { userSubject } from '../user/user.js';
import {
  type ExternalUserIdEvent,
  externalUserIdEvents,
  type UserIdMappingEvent,
  userIdMappingEvents,
} from './events.js';

/** The external id of a login method. */
export interface Mapping {
  readonly externalUserId: string;
  readonly info: string | null;
}

export interface UserIdMappingState {
  readonly appKey: string;
  readonly userId: string;
  readonly mapping: Mapping | undefined;
}

/** The stream of the external id that a login method has. The id must satisfy `isUserId`. */
export function userIdMappingStream(appKey: string, userId: string): StreamId {
  return { category: 'useridmapping', path: [appKey, userId] };
}

export const UserIdMapping: Aggregate<UserIdMappingState, UserIdMappingEvent> = {
  category: 'useridmapping',
  events: userIdMappingEvents,
  initial: { appKey: '', userId: '', mapping: undefined },
  evolve(state, event) {
    const { app: appKey, userId } = event.data;
    switch (event.type) {
      case 'UserIdMapped': {
        const { externalUserId, info } = event.data;
        return { appKey, userId, mapping: externalUserId === null ? undefined : { externalUserId, info } };
      }
      case 'ExternalUserIdInfoChanged':
        return { ...state, mapping: state.mapping && { ...state.mapping, info: event.data.info } };
      case 'UserIdUnmapped':
        return { appKey, userId, mapping: undefined };
    }
  },
  subject: ({ appKey, userId }) => (userId === '' ? undefined : userSubject(appKey, userId)),
};

/** Whom an external id stands for. */
export interface ExternalUserIdState {
  readonly userId: string | undefined;
}

/** The stream of one external id, which may be any text: at most one login method has it. */
export function externalUserIdStream(appKey: string, externalUserId: string): StreamId {
  return { category: 'externaluserid', path: [appKey], hashed: [externalUserId] };
}

export const ExternalUserId: Aggregate<ExternalUserIdState, ExternalUserIdEvent> = {
  category: 'externaluserid',
  events: externalUserIdEvents,
  initial: { userId: undefined },
  evolve: (_state, event) => ({ userId: event.type === 'ExternalUserIdTaken' ? event.data.userId : undefined }),
  subject: () => undefined,
};
