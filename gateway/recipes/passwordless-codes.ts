import { z } from 'zod';
import { hashOfDeviceId } from '../../command-service/passwordless/code-secrets.js';
import {
  removePasswordlessCode,
  removePasswordlessCodes,
  removePasswordlessDevice,
} from '../../command-service/passwordless/remove-codes.js';
import { configOf } from '../../command-service/tenancy/config-of.js';
import { deviceOfCode } from '../../query-service/passwordless/device-of-code.js';
import { type DeviceRecord, passwordlessDevices } from '../../query-service/passwordless/devices.js';
import type { Endpoint, Shape } from '../endpoint.js';
import { atLeast } from '../http/cdi-version.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { contactFrom, countGiven, decodableDeviceId } from './passwordless-request.js';

const text = z.string().optional();
const search = z.object({ email: text, phoneNumber: text, deviceId: text, preAuthSessionId: text });
const contact = z.object({ email: text, phoneNumber: text });

const since50 = z.object({ codeId: text, preAuthSessionId: text });
const until40 = z.object({ codeId: z.string() });
const removalShape: Shape = (version) => (atLeast(version, '5.0') ? since50 : until40);

/** What is to be removed: one code, or a whole login attempt. */
function removalOf(request: CdiRequest): { readonly codeId: string } | { readonly deviceIdHash: string } {
  if (!request.since('5.0')) return request.fields(until40);
  const { codeId, preAuthSessionId } = request.fields(since50);
  if (codeId !== undefined && preAuthSessionId !== undefined)
    refuse(400, "Please provide only one of 'codeId' or 'preAuthSessionId'");
  if (codeId !== undefined) return { codeId };
  if (preAuthSessionId === undefined) refuse(400, "Please provide either 'codeId' or 'preAuthSessionId'");
  return { deviceIdHash: preAuthSessionId.replaceAll('=', '') };
}

function deviceJson({ email, phoneNumber, codes, ...device }: DeviceRecord, codeLifetime: number): object {
  return {
    ...device,
    ...(email === null ? {} : { email }),
    ...(phoneNumber === null ? {} : { phoneNumber }),
    codes: codes.map((code) => ({ ...code, codeLifetime })),
  };
}

/** Codes that are under way (40-thirdparty-passwordless.md 5.5 to 5.7). */
export const codeEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/recipe/signinup/codes',
    level: 'tenant',
    summary: 'Lists the logins by code that are under way for a contact, or the one of a device.',
    query: search,
    async handle(request) {
      const { email, phoneNumber, deviceId, preAuthSessionId } = request.query(search);
      if (countGiven(email, phoneNumber, deviceId, preAuthSessionId) !== 1)
        refuse(400, 'Please provide exactly one of email, phoneNumber, deviceId or preAuthSessionId');
      const target = request.tenant();
      const { appKey, tenantKey } = target;
      const wanted = contactFrom({ email, phoneNumber }, request.deps.phoneNumbers);
      const deviceIdHash =
        deviceId === undefined
          ? (preAuthSessionId ?? '').replaceAll('=', '')
          : hashOfDeviceId(Buffer.from(decodableDeviceId(deviceId), 'base64'));
      const of = wanted ? { contact: wanted } : { deviceIdHash };
      const devices = await request.ask(passwordlessDevices, { appKey, tenantKey, of });
      const { passwordless_code_lifetime: lifetime } = configOf(request.deps.registry, target);
      return ok({ status: 'OK', devices: devices.map((device) => deviceJson(device, lifetime)) });
    },
  },
  {
    method: 'POST',
    path: '/recipe/signinup/code/remove',
    level: 'tenant',
    summary: 'Removes a code, or a whole login by code. An unknown one is no error.',
    body: removalShape,
    async handle(request) {
      const removal = removalOf(request);
      const target = request.tenant();
      if ('deviceIdHash' in removal) {
        await request.send(removePasswordlessDevice, { target, deviceIdHash: removal.deviceIdHash });
        return ok({ status: 'OK' });
      }
      const { codeId } = removal;
      const { appKey, tenantKey } = target;
      const deviceIdHash = await request.ask(deviceOfCode, { appKey, tenantKey, code: { codeId } });
      if (deviceIdHash !== null) await request.send(removePasswordlessCode, { target, deviceIdHash, codeId });
      return ok({ status: 'OK' });
    },
  },
  {
    method: 'POST',
    path: '/recipe/signinup/codes/remove',
    level: 'tenant',
    summary: 'Removes all logins by code that are under way for a contact.',
    body: contact,
    async handle(request) {
      const given = request.fields(contact);
      const wanted = contactFrom(given, request.deps.phoneNumbers);
      if (!wanted || countGiven(given.email, given.phoneNumber) !== 1)
        refuse(400, 'Please provide exactly one of email or phoneNumber');
      await request.send(removePasswordlessCodes, { target: request.tenant(), contact: wanted });
      return ok({ status: 'OK' });
    },
  },
];
