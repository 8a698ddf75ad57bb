import { z } from 'zod';
import { changePasswordlessContacts } from '../../command-service/passwordless/change-contacts.js';
import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { normalisePhoneNumber } from '../../domain/passwordless/phone-number.js';
import { userByAccountInfo } from '../../query-service/users/user-by-account-info.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { Endpoint, Shape } from '../endpoint.js';
import { atLeast } from '../http/cdi-version.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { userJson } from '../user-json.js';
import { onlyMethod, userByMethodJson } from './login-method.js';
import { contactFrom, countGiven, newContacts } from './passwordless-request.js';

const text = z.string().optional();
const lookup = z.object({ userId: text, email: text, phoneNumber: text });

const change = {
  email: newContacts.email.nullable().optional(),
  phoneNumber: newContacts.phoneNumber.nullable().optional(),
};
const since40 = z.object({ recipeUserId: z.string(), ...change });
const until31 = z.object({ userId: z.string(), ...change });
const changeShape: Shape = (version) => (atLeast(version, '4.0') ? since40 : until31);

function changeOf(request: CdiRequest) {
  const { e164 } = request.deps.phoneNumbers;
  const { userId, email, phoneNumber } = request.since('4.0')
    ? renamed(request.fields(since40))
    : request.fields(until31);
  return {
    userId,
    ...(email === undefined ? {} : { email: email && normaliseEmail(email) }),
    ...(phoneNumber === undefined ? {} : { phoneNumber: phoneNumber && normalisePhoneNumber(phoneNumber, e164) }),
  };
}

function renamed({ recipeUserId, ...rest }: z.output<typeof since40>): z.output<typeof until31> {
  return { userId: recipeUserId, ...rest };
}

/** Users by code, one at a time (40-thirdparty-passwordless.md 5.8). */
export const passwordlessUserEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/recipe/user',
    rid: 'passwordless',
    level: 'special',
    summary: 'Finds a user of this recipe by id in the app, or by email or phone number in the tenant. Deprecated.',
    query: lookup,
    async handle(request) {
      const { userId, ...contacts } = request.query(lookup);
      if (countGiven(userId, contacts.email, contacts.phoneNumber) !== 1)
        refuse(400, 'Please provide exactly one of userId, email or phoneNumber');
      const info = contactFrom(contacts, request.deps.phoneNumbers);
      if (!info) {
        const { appKey } = request.publicTenant();
        const id = userId ?? '';
        const user = onlyMethod(await request.ask(userById, { appKey, userId: id }), id, 'passwordless');
        return ok(user ? { status: 'OK', user: userJson(user, request.version) } : { status: 'UNKNOWN_USER_ID_ERROR' });
      }
      const { appKey, tenantKey } = request.tenant();
      const user = await request.ask(userByAccountInfo, { appKey, tenantKey, recipe: 'passwordless', info });
      if (!user) return ok({ status: info.kind === 'email' ? 'UNKNOWN_EMAIL_ERROR' : 'UNKNOWN_PHONE_NUMBER_ERROR' });
      const json = userByMethodJson(
        request,
        user,
        (method) =>
          method.recipeId === 'passwordless' &&
          (info.kind === 'email' ? method.email : method.phoneNumber) === info.value,
      );
      return ok({ status: 'OK', user: json });
    },
  },
  {
    method: 'PUT',
    path: '/recipe/user',
    rid: 'passwordless',
    level: 'app',
    summary: 'Changes or clears the email and the phone number.',
    body: changeShape,
    async handle(request) {
      const given = changeOf(request);
      const target = request.publicTenant();
      const result = await request.send(changePasswordlessContacts, { target, ...given });
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      if (result.status === 'NO_CONTACT_LEFT') refuse(400, 'You cannot clear both email and phone number of a user');
      return ok(result);
    },
  },
];
