import { z } from 'zod';
import { listUsers } from '../../query-service/users/list-users.js';
import { searchUsers } from '../../query-service/users/search-users.js';
import type { Endpoint } from '../endpoint.js';
import { qInt, qList } from '../http/query.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { listedUserJson } from '../user-json.js';
import { recipeFilter, searchTags } from './users-filter.js';
import { pageToken, readPageToken } from './users-page-token.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

const filter = { includeRecipeIds: qList().optional() };
const page = {
  limit: qInt().default(DEFAULT_LIMIT),
  timeJoinedOrder: z.enum(['ASC', 'DESC'], { error: 'timeJoinedOrder can be either ASC OR DESC' }).default('ASC'),
  email: z.string().optional(),
  phone: z.string().optional(),
  provider: z.string().optional(),
  paginationToken: z.string().optional(),
};

/** The users of a tenant, by page or by search (32-users.md 3.2, 4). */
export const userListEndpoint: Endpoint = {
  method: 'GET',
  path: '/users',
  level: 'tenant',
  summary: 'Lists the users of the tenant, oldest or newest first, or those that match search tags.',
  query: z.object({ ...filter, ...page }),
  async handle(request) {
    const recipes = recipeFilter(request.query(z.object(filter)).includeRecipeIds);
    const { appKey, tenantKey } = request.tenant();
    const { limit, timeJoinedOrder: order, paginationToken, ...search } = request.query(z.object(page));
    const tags = {
      email: searchTags(search.email),
      phone: searchTags(search.phone),
      provider: searchTags(search.provider),
    };
    const isSearch = Object.values(tags).some((given) => given.length > 0);
    if (limit > MAX_LIMIT && !isSearch) refuse(400, 'max limit allowed is 500');
    if (limit < 1) refuse(400, 'limit must a positive integer with min value 1');
    const from = paginationToken === undefined ? null : readPageToken(paginationToken);

    const tenant = { appKey, tenantKey };
    const { users, next } = isSearch
      ? { users: await request.ask(searchUsers, { ...tenant, order, tags }), next: null }
      : await request.ask(listUsers, { ...tenant, order, recipes, limit, from });
    return ok({
      status: 'OK',
      users: users.map((user) => listedUserJson(user, request.version)),
      ...(next ? { nextPaginationToken: pageToken(next) } : {}),
    });
  },
};
