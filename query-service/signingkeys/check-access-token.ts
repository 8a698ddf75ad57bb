import type { TenantAddress } from '../../domain/tenancy/ids.js';
import type { AccessTokenReading, SpkiOf } from '../../infra/ports/tokens.js';
import type { QueryDeps } from '../query.js';
import { currentSigningKeys, verifyingKeys } from './known-keys.js';

/** An app with its present key. */
export type AppTarget = TenantAddress & { readonly appKey: string };

/**
 * Checks an access token against the keys of an app that are known here, and once more against those there are now if
 * its key is unknown (20-session.md 5.5 step 2).
 */
export async function checkAccessToken(
  deps: QueryDeps,
  target: AppTarget,
  check: (spkiOf: SpkiOf) => AccessTokenReading,
): Promise<AccessTokenReading> {
  const known = deps.signingKeys.get(target.appKey);
  if (known) {
    const reading = check(verifyingKeys(deps, target, known));
    if (reading.status === 'OK' || reading.unknownKid === undefined) return reading;
  }
  const current = await currentSigningKeys(deps, target.appKey);
  return check(verifyingKeys(deps, target, current));
}
