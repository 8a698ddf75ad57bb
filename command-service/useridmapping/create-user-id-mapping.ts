import { type MapResult, type MapUserId, mapUserId } from '../../domain/useridmapping/decide.js';
import {
  ExternalUserId,
  externalUserIdStream,
  UserIdMapping,
  userIdMappingStream,
} from '../../domain/useridmapping/user-id-mapping.js';
import { command, type Target } from '../command.js';
import { rekeyEmailVerification } from '../emailverification/email-verification.js';
import { usedBy } from './in-use.js';
import { isAuthId, mappingOf } from './resolve-user-id.js';

export interface CreateUserIdMappingInput extends Omit<MapUserId, 'appKey'> {
  readonly target: Target;
}

/** Gives a login method an external id, and moves what email verification knows of it along (32-users.md 7.2). */
export const createUserIdMapping = command<CreateUserIdMappingInput, MapResult>(
  'CreateUserIdMapping',
  (context, { target, ...input }) =>
    context.transact(async (tx) => {
      const { appKey } = target;
      const { superTokensUserId, externalUserId, force } = input;
      const at = context.now();
      const externalId = externalUserIdStream(appKey, externalUserId);
      const external = await tx.load(ExternalUserId, externalId);
      const isKnown = external.userId === undefined && (await isAuthId(tx, appKey, superTokensUserId));
      const isChecked = isKnown && !force;
      const facts = {
        external,
        isKnown,
        own: await mappingOf(tx, appKey, superTokensUserId),
        isExternalKnown: isChecked && (await isAuthId(tx, appKey, externalUserId)),
        usedBy: isChecked ? await usedBy(tx, context, target, superTokensUserId) : [],
      };
      const decision = mapUserId(facts, { appKey, ...input }, at);
      if (decision.result.status !== 'OK') return decision.result;
      tx.append(UserIdMapping, userIdMappingStream(appKey, superTokensUserId), decision.mapping);
      tx.append(ExternalUserId, externalId, decision.external);
      if (decision.movesEmailVerification)
        await rekeyEmailVerification(tx, context, appKey, { from: superTokensUserId, to: externalUserId }, at);
      return decision.result;
    }),
);
