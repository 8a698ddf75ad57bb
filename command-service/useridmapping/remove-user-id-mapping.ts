import type { BadInput } from '../../domain/tenancy/result.js';
import { type MappingDecision, unmapUserId } from '../../domain/useridmapping/decide.js';
import {
  ExternalUserId,
  externalUserIdStream,
  UserIdMapping,
  type UserIdMappingState,
  userIdMappingStream,
} from '../../domain/useridmapping/user-id-mapping.js';
import { command, type Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { usedBy } from './in-use.js';
import { findMapping, isAuthId, type UserIdType } from './resolve-user-id.js';

export interface RemoveUserIdMappingInput {
  readonly target: Target;
  /** Any text. */
  readonly userId: string;
  readonly userIdType: UserIdType;
  /** Data under the external id do not matter. */
  readonly force: boolean;
}

export type RemoveUserIdMappingResult = { readonly status: 'OK'; readonly didMappingExist: boolean } | BadInput;

/** Takes the external id of a login method away (32-users.md 7.4). */
export const removeUserIdMapping = command<RemoveUserIdMappingInput, RemoveUserIdMappingResult>(
  'RemoveUserIdMapping',
  (context, { target, userId, userIdType, force }) =>
    context.transact(async (tx) => {
      const { appKey } = target;
      const own = await findMapping(tx, appKey, userId, userIdType);
      if (!own?.mapping) return { status: 'OK', didMappingExist: false };
      const { externalUserId } = own.mapping;
      const isExternalKnown = !force && (await isAuthId(tx, appKey, externalUserId));
      const isChecked = !force && !isExternalKnown;
      const facts = {
        force,
        isExternalKnown,
        usedBy: isChecked ? await usedBy(tx, context, target, externalUserId) : [],
      };
      const decision = unmapUserId(own, facts, context.now());
      await appendUnmapping(tx, own, decision);
      return decision.result;
    }),
);

/** Writes down on both sides that a mapping has ended. */
export async function appendUnmapping(
  tx: Tx,
  { appKey, userId, mapping }: UserIdMappingState,
  decision: Pick<MappingDecision<never>, 'mapping' | 'external'>,
): Promise<void> {
  if (!mapping || decision.mapping.length === 0) return;
  const externalId = externalUserIdStream(appKey, mapping.externalUserId);
  await tx.load(ExternalUserId, externalId);
  tx.append(UserIdMapping, userIdMappingStream(appKey, userId), decision.mapping);
  tx.append(ExternalUserId, externalId, decision.external);
}
