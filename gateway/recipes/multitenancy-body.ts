import { z } from 'zod';
import type { JsonObject } from '../../domain/tenancy/json.js';
import type { TenancyLevel } from '../../domain/tenancy/requests.js';
import { zObject } from '../http/input.js';
import type { CdiRequest } from '../request.js';

const factors = z.array(z.string()).nullable().optional();
const lists = { firstFactors: factors, requiredSecondaryFactors: factors };
const flags = {
  emailPasswordEnabled: z.boolean().optional(),
  thirdPartyEnabled: z.boolean().optional(),
  passwordlessEnabled: z.boolean().optional(),
};

/** The name of the field that says which row is meant. */
export const ID_FIELDS = { connectionUriDomain: 'connectionUriDomain', app: 'appId', tenant: 'tenantId' } as const;

/** What the body of a create-or-update holds; the domain reads it, in the order that its errors have. */
export function rowShape(level: TenancyLevel, version: 'v1' | 'v2'): z.ZodObject {
  const recipes = version === 'v2' ? lists : { ...flags, ...lists };
  return z.object({ [ID_FIELDS[level]]: z.string().optional(), coreConfig: zObject().optional(), ...recipes });
}

/** What the body of a removal holds. */
export function removalShape(level: TenancyLevel): z.ZodObject {
  return z.object({ [ID_FIELDS[level]]: z.string() });
}

export const providerShape = z.object({ config: zObject(), skipValidation: z.boolean().optional() });
export const providerRemovalShape = z.object({ thirdPartyId: z.string() });

/** The body for a reader of the domain: parsed JSON, which is what the domain's type says. */
export function bodyOf(request: CdiRequest): JsonObject {
  return request.json().value as JsonObject;
}
