import { z } from 'zod';
import { associateUser } from '../../command-service/user/associate-user.js';
import { disassociateUser } from '../../command-service/user/disassociate-user.js';
import type { Endpoint, Shape } from '../endpoint.js';
import { atLeast } from '../http/cdi-version.js';
import { ok } from '../http/reply.js';
import { emptyField } from '../http/texts.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';

/** An empty one is reported as `userId` in every version (10-multitenancy.md M8). */
const id = z
  .string()
  .trim()
  .min(1, { error: emptyField('userId') });

const since40 = z.object({ recipeUserId: id });
const until31 = z.object({ userId: id });
const shape: Shape = (version) => (atLeast(version, '4.0') ? since40 : until31);

function userIdOf(request: CdiRequest): string {
  return request.since('4.0') ? request.fields(since40).recipeUserId : request.fields(until31).userId;
}

/** Users and tenants (10-multitenancy.md 9). */
export const tenantUserEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/multitenancy/tenant/user',
    level: 'tenant',
    summary: 'Makes a login method a member of the tenant.',
    body: shape,
    async handle(request) {
      const userId = userIdOf(request);
      const result = await request.send(associateUser, { target: request.tenant(), userId });
      return result.status === 'BAD_INPUT' ? refuse(400, result.message) : ok(result);
    },
  },
  {
    method: 'POST',
    path: '/recipe/multitenancy/tenant/user/remove',
    level: 'tenant',
    summary: 'Ends the membership of a login method in the tenant.',
    body: shape,
    async handle(request) {
      const userId = userIdOf(request);
      return ok(await request.send(disassociateUser, { target: request.tenant(), userId }));
    },
  },
];
