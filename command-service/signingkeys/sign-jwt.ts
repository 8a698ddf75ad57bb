import type { JsonText } from '../../domain/json/raw-json.js';
import { command, type Target } from '../command.js';
import { readySigningKeys } from './ensure-signing-keys.js';

export interface SignJwtInput {
  /** The public tenant of the app. */
  readonly target: Target;
  readonly issuer: string;
  /** An object text; its members override `iss`, `iat` and `exp`. */
  readonly payload: JsonText;
  /** Whole seconds. */
  readonly validity: number;
  readonly useStaticKey: boolean;
}

/** Signs a JWT of the JWT recipe; nothing of it is stored (20-session.md 10.1). */
export const signJwt = command<SignJwtInput, string>(
  'SignJwt',
  async (context, { target, issuer, payload, validity, useStaticKey }) => {
    const { staticKey, dynamicKey } = await readySigningKeys(context, target);
    const signingKey = useStaticKey ? staticKey : dynamicKey;
    return context.minter.signJwt({ signingKey, issuer, issuedAt: context.now(), validity, payload });
  },
);
