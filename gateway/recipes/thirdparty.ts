import { z } from 'zod';
import { thirdPartySignInUp } from '../../command-service/thirdparty/sign-in-up.js';
import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { thirdPartyInfo } from '../../domain/user/login-method.js';
import { thirdPartyUsersByEmail } from '../../query-service/users/third-party-users-by-email.js';
import { userByAccountInfo } from '../../query-service/users/user-by-account-info.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { Endpoint, Shape } from '../endpoint.js';
import { atLeast } from '../http/cdi-version.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { userJson } from '../user-json.js';
import { newUser, signedInUser, untilAnswered } from './answered-user.js';
import { tenantWithRecipe } from './enabled-tenant.js';
import { newAccountInfo, onlyMethod, signedInJson, userByMethodJson } from './login-method.js';

const account = { thirdPartyId: newAccountInfo('thirdPartyId'), thirdPartyUserId: newAccountInfo('thirdPartyUserId') };
const emailId = newAccountInfo('id', normaliseEmail);
const since40 = z.object({ ...account, email: z.object({ id: emailId, isVerified: z.boolean() }) });
const until31 = z.object({ ...account, email: z.object({ id: emailId }) });
const signInUpShape: Shape = (version) => (atLeast(version, '4.0') ? since40 : until31);

const lookup = z.object({
  userId: z.string().optional(),
  thirdPartyId: z.string().optional(),
  thirdPartyUserId: z.string().optional(),
});
const byEmail = z.object({ email: z.string() });

/** ThirdParty (40-thirdparty-passwordless.md 3). */
export const thirdPartyEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/signinup',
    level: 'tenant',
    summary: 'Signs a user in, or up, by an account at a third party.',
    body: signInUpShape,
    async handle(request) {
      const given = request.since('4.0') ? request.fields(since40) : request.fields(until31);
      const target = tenantWithRecipe(request, 'thirdParty');
      const thirdParty = { id: given.thirdPartyId, userId: given.thirdPartyUserId };
      const isVerified = 'isVerified' in given.email && given.email.isVerified === true;
      const input = { target, account: thirdParty, email: given.email.id, isVerified };
      return untilAnswered(async () => {
        const result = await request.send(thirdPartySignInUp, input);
        if (result.status === 'BAD_INPUT') refuse(400, result.message);
        if (result.status !== 'OK') return ok(result);
        const { userId, timeJoined } = result;
        const method = { recipeId: 'thirdparty', email: normaliseEmail(input.email), thirdParty } as const;
        const user =
          timeJoined === null
            ? await signedInUser(request, target.appKey, userId)
            : newUser(target, { ...method, userId, timeJoined, verified: isVerified });
        return user && ok({ ...signedInJson(request, user, userId), createdNewUser: timeJoined !== null });
      });
    },
  },
  {
    method: 'GET',
    path: '/recipe/user',
    rid: 'thirdparty',
    level: 'special',
    summary: 'Finds a user of this recipe by id in the app, or by account in the tenant. Deprecated.',
    query: lookup,
    async handle(request) {
      const { userId, thirdPartyId, thirdPartyUserId } = request.query(lookup);
      const hasPart = thirdPartyId !== undefined || thirdPartyUserId !== undefined;
      if (userId !== undefined && hasPart)
        refuse(400, 'Please provide only one of userId or (thirdPartyId & thirdPartyUserId)');
      if (userId !== undefined) {
        const { appKey } = request.publicTenant();
        const user = onlyMethod(await request.ask(userById, { appKey, userId }), userId, 'thirdparty');
        return ok(user ? { status: 'OK', user: userJson(user, request.version) } : { status: 'UNKNOWN_USER_ID_ERROR' });
      }
      if (thirdPartyId === undefined || thirdPartyUserId === undefined)
        refuse(400, 'Please provide one of userId or (thirdPartyId & thirdPartyUserId)');
      const { appKey, tenantKey } = request.tenant();
      const info = thirdPartyInfo({ id: thirdPartyId, userId: thirdPartyUserId });
      const user = await request.ask(userByAccountInfo, { appKey, tenantKey, recipe: 'thirdparty', info });
      if (!user) return ok({ status: 'UNKNOWN_THIRD_PARTY_USER_ERROR' });
      const json = userByMethodJson(
        request,
        user,
        ({ thirdParty }) => thirdParty?.id === thirdPartyId && thirdParty.userId === thirdPartyUserId,
      );
      return ok({ status: 'OK', user: json });
    },
  },
  {
    method: 'GET',
    path: '/recipe/users/by-email',
    level: 'tenant',
    summary: 'Lists the users of this recipe that have an email in the tenant, oldest first. Deprecated.',
    query: byEmail,
    async handle(request) {
      const { appKey, tenantKey } = request.tenant();
      const email = normaliseEmail(request.query(byEmail).email);
      const users = await request.ask(thirdPartyUsersByEmail, { appKey, tenantKey, email });
      const jsons = users.map((user) =>
        userByMethodJson(request, user, (method) => method.recipeId === 'thirdparty' && method.email === email),
      );
      return ok({ status: 'OK', users: jsons });
    },
  },
];
