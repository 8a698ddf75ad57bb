import { z } from 'zod';
import { removeUserMetadata } from '../../command-service/usermetadata/remove-metadata.js';
import { updateUserMetadata } from '../../command-service/usermetadata/update-metadata.js';
import type { JsonText } from '../../domain/json/raw-json.js';
import { rawJson, renderJson } from '../../domain/json/render-json.js';
import { metadataOfUser } from '../../query-service/usermetadata/metadata-of-user.js';
import { metadataOfUsers } from '../../query-service/usermetadata/metadata-of-users.js';
import type { Endpoint } from '../endpoint.js';
import { zObject } from '../http/input.js';
import { ok, okRendered, type Reply } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { nonAuthUserId } from './nonauth-fields.js';
import { payloadTexts } from './session-payload.js';

const PATH = '/recipe/user/metadata';
const MAX_USERS = 500;

const byUserId = z.object({ userId: z.string() });
const update = z.object({ userId: nonAuthUserId(), metadataUpdate: zObject() });
const several = z.object({ userIds: z.array(z.unknown()) });

function metadataReply(metadata: JsonText): Reply {
  return okRendered(renderJson({ metadata: rawJson(metadata), status: 'OK' }));
}

/** What callers keep of user ids, which need not be those of users (31-metadata-roles.md A). */
export const userMetadataEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: PATH,
    level: 'app',
    summary: 'Shows the metadata of a user id.',
    query: byUserId,
    async handle(request) {
      const { userId } = request.query(byUserId);
      const { appKey } = request.publicTenant();
      return metadataReply(await request.ask(metadataOfUser, { appKey, userId }));
    },
  },
  {
    method: 'PUT',
    path: PATH,
    level: 'app',
    summary: 'Merges top-level members into the metadata of a user id; those that are null are removed.',
    body: update,
    async handle(request) {
      const { userId } = request.fields(update);
      const { appKey } = request.publicTenant();
      const text = payloadTexts(request)('metadataUpdate');
      return metadataReply(await request.send(updateUserMetadata, { appKey, userId, update: text }));
    },
  },
  {
    method: 'POST',
    path: `${PATH}/remove`,
    level: 'app',
    summary: 'Removes the metadata of a user id, for good.',
    body: byUserId,
    async handle(request) {
      const { userId } = request.fields(byUserId);
      const { appKey } = request.publicTenant();
      return ok(await request.send(removeUserMetadata, { appKey, userId }));
    },
  },
  {
    method: 'POST',
    path: `${PATH}/bulk`,
    level: 'app',
    summary: 'Shows the metadata of up to 500 user ids.',
    body: several,
    async handle(request) {
      const { userIds: given } = request.fields(several);
      if (given.length === 0) return ok({ status: 'OK', users: [] });
      if (given.length > MAX_USERS) refuse(400, `You can only query up to ${MAX_USERS} users at a time.`);
      const userIds = given.filter((userId) => typeof userId === 'string');
      if (userIds.length < given.length) refuse(400, 'userIds array must contain only strings');
      const { appKey } = request.publicTenant();
      const found = await request.ask(metadataOfUsers, { appKey, userIds });
      const users = userIds.map((userId, index) => {
        const metadata = found[index] ?? null;
        return { userId, metadata: metadata === null ? null : rawJson(metadata) };
      });
      return okRendered(renderJson({ status: 'OK', users }));
    },
  },
];
