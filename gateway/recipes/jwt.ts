import { z } from 'zod';
import type { Target } from '../../command-service/command.js';
import { ensureSigningKeys } from '../../command-service/signingkeys/ensure-signing-keys.js';
import { signJwt } from '../../command-service/signingkeys/sign-jwt.js';
import { type JsonWebKeySet, jsonWebKeySet } from '../../query-service/signingkeys/json-web-key-set.js';
import type { Endpoint } from '../endpoint.js';
import { zLong, zObject } from '../http/input.js';
import { ok } from '../http/reply.js';
import type { CdiRequest } from '../request.js';
import { payloadTexts } from './session-payload.js';

// The text says otherwise, but zero is refused too (20-session.md 16, W19).
const POSITIVE = 'validity must be greater than or equal to 0';

const jwt = z.object({
  algorithm: z.string(),
  jwksDomain: z.string(),
  payload: zObject(),
  validity: zLong().refine((seconds) => seconds > 0, { error: POSITIVE }),
  useStaticSigningKey: z.boolean().optional(),
});

/** The key set of an app, whose keys are made first where they are missing. */
async function keySet(request: CdiRequest, target: Target): Promise<JsonWebKeySet> {
  const known = await request.ask(jsonWebKeySet, { target });
  if (!known.incomplete) return known;
  await request.send(ensureSigningKeys, { target });
  return request.ask(jsonWebKeySet, { target });
}

/** JWT (20-session.md 10). */
export const jwtEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/jwt',
    level: 'app',
    summary: 'Signs a JWT.',
    body: jwt,
    async handle(request) {
      const { algorithm, jwksDomain: issuer, validity, useStaticSigningKey: useStaticKey = true } = request.fields(jwt);
      const target = request.publicTenant();
      if (algorithm.toUpperCase() !== 'RS256') return ok({ status: 'UNSUPPORTED_ALGORITHM_ERROR' });
      const payload = payloadTexts(request)('payload');
      return ok({
        status: 'OK',
        jwt: await request.send(signJwt, { target, issuer, payload, validity, useStaticKey }),
      });
    },
  },
  {
    method: 'GET',
    path: '/recipe/jwt/jwks',
    level: 'app',
    summary: 'Lists the keys that verify tokens of the app. Deprecated.',
    async handle(request) {
      const { keys } = await keySet(request, request.publicTenant());
      return ok({ keys, status: 'OK' });
    },
  },
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    level: 'app-any-tenant',
    summary: 'Lists the keys that verify tokens of the app.',
    keyFree: true,
    versionFree: true,
    async handle(request) {
      const { keys, maxAge } = await keySet(request, request.app());
      return ok({ keys }, { 'Cache-Control': `max-age=${maxAge}, must-revalidate` });
    },
  },
];
