import { z } from 'zod';
import { changeExternalUserIdInfo } from '../../command-service/useridmapping/change-external-user-id-info.js';
import { createUserIdMapping } from '../../command-service/useridmapping/create-user-id-mapping.js';
import { removeUserIdMapping } from '../../command-service/useridmapping/remove-user-id-mapping.js';
import { userIdMapping } from '../../query-service/useridmapping/user-id-mapping.js';
import type { Endpoint } from '../endpoint.js';
import { zTrimmed } from '../http/input.js';
import { ok, type Reply } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { zWellFormed } from './well-formed.js';

/** How long an external id may be, in characters (32-users.md 7.1). */
const MAX_EXTERNAL_ID_LENGTH = 128;

const type = z
  .string()
  .trim()
  .pipe(
    z.enum(['SUPERTOKENS', 'EXTERNAL', 'ANY'], {
      error: "Field name 'userIdType' should be one of 'SUPERTOKENS', 'EXTERNAL' or 'ANY'",
    }),
  );
/** An SDK sends null for ANY (32-users.md W18). */
const bodyType = type.nullable().optional();

const givenId = zTrimmed().pipe(zWellFormed());

const creation = z.object({
  superTokensUserId: zTrimmed(),
  externalUserId: zTrimmed()
    .max(MAX_EXTERNAL_ID_LENGTH, {
      error: `Field name 'externalUserId' must not be longer than ${MAX_EXTERNAL_ID_LENGTH} characters`,
    })
    .pipe(zWellFormed()),
  externalUserIdInfo: zTrimmed().nullable().optional(),
  force: z.boolean().optional(),
});
const lookup = z.object({ userId: zTrimmed(), userIdType: type.optional() });
const removal = z.object({ userId: givenId, userIdType: bodyType, force: z.boolean().optional() });
const info = z.object({ userId: givenId, userIdType: bodyType, externalUserIdInfo: zTrimmed().nullable() });

async function changeInfo(request: CdiRequest): Promise<Reply> {
  const { userId, userIdType, externalUserIdInfo } = request.fields(info);
  const { appKey } = request.publicTenant();
  const change = { appKey, userId, userIdType: userIdType ?? 'ANY', info: externalUserIdInfo } as const;
  return ok(await request.send(changeExternalUserIdInfo, change));
}

const infoEndpoint = {
  path: '/recipe/userid/external-user-id-info',
  level: 'app',
  body: info,
  handle: changeInfo,
} as const;

/** User-id mapping: users are known by ids of somebody else's making (32-users.md 7). */
export const userIdMappingEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/userid/map',
    level: 'app',
    summary: 'Gives a login method an external id.',
    body: creation,
    async handle(request) {
      const { superTokensUserId, externalUserId, externalUserIdInfo = null, force = false } = request.fields(creation);
      const target = request.publicTenant();
      const rekeys = request.since('4.0');
      const mapping = { target, superTokensUserId, externalUserId, info: externalUserIdInfo, force, rekeys };
      const result = await request.send(createUserIdMapping, mapping);
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      return ok(result);
    },
  },
  {
    method: 'GET',
    path: '/recipe/userid/map',
    level: 'app',
    summary: 'Finds the mapping that an id is a part of.',
    query: lookup,
    async handle(request) {
      const { userId, userIdType = 'ANY' } = request.query(lookup);
      const { appKey } = request.publicTenant();
      const found = await request.ask(userIdMapping, { appKey, userId, userIdType });
      if (!found) return ok({ status: 'UNKNOWN_MAPPING_ERROR' });
      const { info: externalUserIdInfo, ...ids } = found;
      return ok({ status: 'OK', ...ids, ...(externalUserIdInfo === null ? {} : { externalUserIdInfo }) });
    },
  },
  {
    method: 'POST',
    path: '/recipe/userid/map/remove',
    level: 'app',
    summary: 'Takes the external id of a login method away.',
    body: removal,
    async handle(request) {
      const { userId, userIdType, force = false } = request.fields(removal);
      const target = request.publicTenant();
      const input = { target, userId, userIdType: userIdType ?? 'ANY', force } as const;
      const result = await request.send(removeUserIdMapping, input);
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      return ok(result);
    },
  },
  { ...infoEndpoint, method: 'PUT', summary: 'Replaces what is noted about an external id; null clears it.' },
  { ...infoEndpoint, method: 'POST', summary: 'As PUT: an SDK sends it this way.' },
];
