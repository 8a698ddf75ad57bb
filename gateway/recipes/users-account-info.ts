import { z } from 'zod';
import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { normalisePhoneNumber } from '../../domain/passwordless/phone-number.js';
import { thirdPartyInfo } from '../../domain/user/login-method.js';
import type { PhoneNumbers } from '../../infra/ports/phone-numbers.js';
import { type SearchedInfo, usersByAccountInfo } from '../../query-service/users/users-by-account-info.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { linkedUserJson } from '../user-json.js';

const search = z.object({
  doUnionOfAccountInfo: z.string(),
  email: z.string().optional(),
  phoneNumber: z.string().optional(),
  thirdPartyId: z.string().optional(),
  thirdPartyUserId: z.string().optional(),
  webauthnCredentialId: z.string().optional(),
});

function accountInfos(given: z.output<typeof search>, phoneNumbers: PhoneNumbers): SearchedInfo[] {
  const { email, phoneNumber, thirdPartyId, thirdPartyUserId, webauthnCredentialId } = given;
  if ((thirdPartyId === undefined) !== (thirdPartyUserId === undefined))
    refuse(400, "If 'thirdPartyId' is provided, 'thirdPartyUserId' must also be provided, and vice versa");
  const infos: SearchedInfo[] = [];
  if (email !== undefined) infos.push({ kind: 'email', value: normaliseEmail(email) });
  if (phoneNumber !== undefined)
    infos.push({ kind: 'phone', value: normalisePhoneNumber(phoneNumber, phoneNumbers.e164) });
  if (thirdPartyId !== undefined && thirdPartyUserId !== undefined)
    infos.push(thirdPartyInfo({ id: thirdPartyId, userId: thirdPartyUserId }));
  if (webauthnCredentialId !== undefined) infos.push({ kind: 'webauthn-credential', value: webauthnCredentialId });
  return infos;
}

/** Users by what they sign in with (32-users.md 3.3). */
export const accountInfoEndpoint: Endpoint = {
  method: 'GET',
  path: '/users/by-accountinfo',
  level: 'tenant',
  summary: 'Finds the users with a login method in the tenant that has one of the given account infos.',
  query: search,
  async handle(request) {
    const given = request.query(search);
    const { doUnionOfAccountInfo } = given;
    if (doUnionOfAccountInfo !== 'true' && doUnionOfAccountInfo !== 'false')
      refuse(400, "'doUnionOfAccountInfo' should be either 'true' or 'false'");
    const infos = accountInfos(given, request.deps.phoneNumbers);
    const { appKey, tenantKey } = request.tenant();
    const union = doUnionOfAccountInfo === 'true';
    const users = await request.ask(usersByAccountInfo, { appKey, tenantKey, infos, union });
    return ok({ status: 'OK', users: users.map((user) => linkedUserJson(user, request.version)) });
  },
};
