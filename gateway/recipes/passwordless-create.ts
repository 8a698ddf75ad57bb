import { z } from 'zod';
import { createCode } from '../../command-service/passwordless/create-code.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { tenantWithRecipe } from './enabled-tenant.js';
import { contactFrom, countGiven, decodableDeviceId, newContacts } from './passwordless-request.js';

const whom = {
  email: newContacts.email.optional(),
  phoneNumber: newContacts.phoneNumber.optional(),
  deviceId: z.string().optional(),
};
const code = { userInputCode: z.string().min(1, { error: 'userInputCode cannot be an empty string.' }).optional() };

const EXACTLY_ONE = 'Please provide exactly one of email, phoneNumber or deviceId';

/** Makes codes (40-thirdparty-passwordless.md 5.1). */
export const createCodeEndpoint: Endpoint = {
  method: 'POST',
  path: '/recipe/signinup/code',
  level: 'tenant',
  summary: 'Begins a login by code for an email or a phone number, or makes another code for one that is under way.',
  body: z.object({ ...whom, ...code }),
  async handle(request) {
    const { email, phoneNumber, deviceId } = request.fields(z.object(whom));
    if (countGiven(email, phoneNumber, deviceId) !== 1) refuse(400, EXACTLY_ONE);
    const { userInputCode } = request.fields(z.object(code));
    const target = tenantWithRecipe(request, 'passwordless');
    const contact = contactFrom({ email, phoneNumber }, request.deps.phoneNumbers);
    const wanted = contact ? { contact } : { deviceId: decodableDeviceId(deviceId ?? '') };
    const input = { target, for: wanted, ...(userInputCode === undefined ? {} : { userInputCode }) };
    return ok(await request.send(createCode, input));
  },
};
