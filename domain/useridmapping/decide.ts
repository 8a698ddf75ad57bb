import { type BadInput, badInput } from '../tenancy/result.js';
import {
  type ExternalUserIdEvent,
  ExternalUserIdInfoChanged,
  ExternalUserIdReleased,
  ExternalUserIdTaken,
  UserIdMapped,
  type UserIdMappingEvent,
  UserIdUnmapped,
} from './events.js';
import type { ExternalUserIdState, UserIdMappingState } from './user-id-mapping.js';

/** Recipes that keep data by a user id and know no users, in the order in which their use is reported. */
export type NonAuthRecipe = 'Session' | 'UserMetadata' | 'UserRoles' | 'EmailVerification' | 'TOTP';

/** What a mapping is decided on. */
export interface MappingFacts {
  readonly external: ExternalUserIdState;
  readonly own: UserIdMappingState;
  /** The SuperTokens id is one of a login method, or of a primary user whose own login method is gone. */
  readonly isKnown: boolean;
  /** So is the external id. */
  readonly isExternalKnown: boolean;
  /** Who keeps data under the SuperTokens id, in the order of {@link NonAuthRecipe}. */
  readonly usedBy: readonly NonAuthRecipe[];
}

export interface MapUserId {
  readonly appKey: string;
  readonly superTokensUserId: string;
  readonly externalUserId: string;
  readonly info: string | null;
  readonly force: boolean;
  /** What only email verification keeps moves along, instead of being in the way (CDI >= 4.0). */
  readonly rekeys: boolean;
}

export type MapResult =
  | { readonly status: 'OK' | 'UNKNOWN_SUPERTOKENS_USER_ID_ERROR' }
  | {
      readonly status: 'USER_ID_MAPPING_ALREADY_EXISTS_ERROR';
      readonly doesSuperTokensUserIdExist: boolean;
      readonly doesExternalUserIdExist: boolean;
    }
  | BadInput;

/** A decision over both streams of a mapping. */
export interface MappingDecision<R> {
  readonly result: R;
  readonly mapping: readonly UserIdMappingEvent[];
  readonly external: readonly ExternalUserIdEvent[];
}

/** Gives a login method an external id; the first rule that is broken is told (32-users.md 7.2). */
export function mapUserId(
  facts: MappingFacts,
  command: MapUserId,
  at: number,
): MappingDecision<MapResult> & { readonly movesEmailVerification: boolean } {
  const refused = refusal(facts, command);
  if (refused) return { result: refused, mapping: [], external: [], movesEmailVerification: false };
  const { appKey: app, superTokensUserId: userId, externalUserId, info, force: forced } = command;
  return {
    result: { status: 'OK' },
    mapping: [UserIdMapped({ app, userId, externalUserId, info, forced, at })],
    external: [ExternalUserIdTaken({ app, userId, at })],
    movesEmailVerification: !forced && facts.usedBy.includes('EmailVerification'),
  };
}

function refusal(facts: MappingFacts, command: MapUserId): MapResult | undefined {
  const { superTokensUserId, force, rekeys } = command;
  const holder = facts.external.userId;
  if (holder !== undefined) return alreadyExists(holder === superTokensUserId, true);
  if (!facts.isKnown) return { status: 'UNKNOWN_SUPERTOKENS_USER_ID_ERROR' };
  if (!force) {
    if (facts.isExternalKnown)
      return badInput('Cannot create a userId mapping where the externalId is also a SuperTokens userID');
    const [first] = facts.usedBy;
    const moves = rekeys && first === 'EmailVerification' && facts.usedBy.length === 1;
    if (first !== undefined && !moves) return inUse(first);
  }
  return facts.own.mapping ? alreadyExists(true, false) : undefined;
}

function alreadyExists(doesSuperTokensUserIdExist: boolean, doesExternalUserIdExist: boolean): MapResult {
  return { status: 'USER_ID_MAPPING_ALREADY_EXISTS_ERROR', doesSuperTokensUserIdExist, doesExternalUserIdExist };
}

function inUse(recipe: NonAuthRecipe): BadInput {
  return badInput(`UserId is already in use in ${recipe} recipe`);
}

/** Who keeps data under the external id of a mapping that is to be removed, and whether the id has other users. */
export interface RemovalFacts {
  readonly force: boolean;
  readonly isExternalKnown: boolean;
  readonly usedBy: readonly NonAuthRecipe[];
}

/** Takes the external id of a login method away, unless data would be left behind under it (32-users.md 7.4). */
export function unmapUserId(
  own: UserIdMappingState,
  { force, isExternalKnown, usedBy }: RemovalFacts,
  at: number,
): MappingDecision<{ readonly status: 'OK'; readonly didMappingExist: boolean } | BadInput> {
  const [first] = usedBy;
  if (own.mapping && !force && !isExternalKnown && first !== undefined)
    return { result: inUse(first), mapping: [], external: [] };
  const didMappingExist = own.mapping !== undefined;
  return { result: { status: 'OK', didMappingExist }, ...endMapping(own, 'request', at) };
}

/** The events that end a mapping, if there is one. */
export function endMapping(
  { appKey: app, userId, mapping }: UserIdMappingState,
  cause: 'request' | 'user-deleted',
  at: number,
): Pick<MappingDecision<never>, 'mapping' | 'external'> {
  if (!mapping) return { mapping: [], external: [] };
  return {
    mapping: [UserIdUnmapped({ app, userId, cause, at })],
    external: [ExternalUserIdReleased({ app, userId, at })],
  };
}

/** Replaces what is noted about an external id; null clears it (32-users.md 7.5). */
export function changeInfo(
  { appKey: app, userId, mapping }: UserIdMappingState,
  info: string | null,
  at: number,
): { readonly status: 'OK' | 'UNKNOWN_MAPPING_ERROR'; readonly events: readonly UserIdMappingEvent[] } {
  if (!mapping) return { status: 'UNKNOWN_MAPPING_ERROR', events: [] };
  if (mapping.info === info) return { status: 'OK', events: [] };
  return { status: 'OK', events: [ExternalUserIdInfoChanged({ app, userId, info, at })] };
}
