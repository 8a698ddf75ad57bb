import { z } from 'zod';
import { checkPasswordlessCode } from '../../command-service/passwordless/check-code.js';
import { hashOfLinkCode } from '../../command-service/passwordless/code-secrets.js';
import { consumePasswordlessCode } from '../../command-service/passwordless/consume-code.js';
import type { PresentedCodeInput } from '../../command-service/passwordless/presented-code.js';
import type { CheckedDevice, CodeRefusal } from '../../domain/passwordless/check-code.js';
import { deviceOfCode } from '../../query-service/passwordless/device-of-code.js';
import type { Endpoint } from '../endpoint.js';
import { ok, type Reply } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { newUser, signedInUser } from './answered-user.js';
import { tenantWithRecipe } from './enabled-tenant.js';
import { signedInJson } from './login-method.js';
import { decodableDeviceId, decodableLinkCode } from './passwordless-request.js';

const session = z.object({ preAuthSessionId: z.string() });
const byLink = z.object({ linkCode: z.string() });
const byInput = z.object({ deviceId: z.string(), userInputCode: z.string() });
const body = z.object({ ...session.shape, ...byLink.partial().shape, ...byInput.partial().shape });

const EXACTLY_ONE = 'Please provide exactly one of linkCode or deviceId+userInputCode';

/** A code as it is presented, after all checks of its form (40-thirdparty-passwordless.md 5.2). */
async function presentedCode(request: CdiRequest): Promise<PresentedCodeInput> {
  const preAuthSessionId = request.fields(session).preAuthSessionId.replaceAll('=', '');
  const { value } = request.json();
  const has = (field: string) => Object.hasOwn(value, field);
  if (has('linkCode')) {
    if (has('userInputCode') || has('deviceId')) refuse(400, EXACTLY_ONE);
    const given = request.fields(byLink).linkCode;
    const target = tenantWithRecipe(request, 'passwordless');
    const linkCode = decodableLinkCode(given);
    const { appKey, tenantKey } = target;
    const linkCodeHash = hashOfLinkCode(Buffer.from(linkCode, 'base64url'));
    const candidate = await request.ask(deviceOfCode, { appKey, tenantKey, code: { linkCodeHash } });
    return { target, preAuthSessionId, code: { linkCode, candidate } };
  }
  if (!has('deviceId') || !has('userInputCode')) refuse(400, EXACTLY_ONE);
  const { deviceId, userInputCode } = request.fields(byInput);
  const target = tenantWithRecipe(request, 'passwordless');
  return { target, preAuthSessionId, code: { deviceId: decodableDeviceId(deviceId), userInputCode } };
}

function refused(refusal: CodeRefusal): Reply {
  if (refusal.status === 'PRE_AUTH_SESSION_ID_MISMATCH') refuse(400, "preAuthSessionId and deviceId doesn't match");
  return ok(refusal);
}

function deviceJson({ contact, ...device }: CheckedDevice): object {
  return { ...device, [contact.kind === 'email' ? 'email' : 'phoneNumber']: contact.value };
}

/** Using codes (40-thirdparty-passwordless.md 5.3, 5.4). */
export const consumeEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/signinup/code/check',
    level: 'tenant',
    summary: 'Checks a code without using it. A wrong one counts as an attempt.',
    body,
    async handle(request) {
      const checked = await request.send(checkPasswordlessCode, await presentedCode(request));
      if (checked.status !== 'OK') return refused(checked);
      return ok({ status: 'OK', consumedDevice: deviceJson(checked.device) });
    },
  },
  {
    method: 'POST',
    path: '/recipe/signinup/code/consume',
    level: 'tenant',
    summary: 'Signs a user in, or up, by a code.',
    body,
    async handle(request) {
      const presented = await presentedCode(request);
      const input = { ...presented, verifiesEmail: request.since('4.0') };
      const consumed = await request.send(consumePasswordlessCode, input);
      if (consumed.status !== 'OK') return refused(consumed);
      const { userId, timeJoined, device } = consumed;
      const { kind, value } = device.contact;
      const contact = kind === 'email' ? { email: value } : { phoneNumber: value };
      const verified = kind === 'phone' || input.verifiesEmail;
      const user =
        timeJoined === null
          ? await signedInUser(request, presented.target.appKey, userId)
          : newUser(presented.target, { ...contact, userId, recipeId: 'passwordless', timeJoined, verified });
      // The code is used up, and so is whom it was for.
      if (!user) return ok({ status: 'RESTART_FLOW_ERROR' });
      return ok({
        ...signedInJson(request, user, userId),
        createdNewUser: timeJoined !== null,
        ...(request.since('5.0') ? { consumedDevice: deviceJson(device) } : {}),
      });
    },
  },
];
