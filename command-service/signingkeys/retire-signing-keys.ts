import { retireDynamicKeys } from '../../domain/signingkeys/decide.js';
import { rotationPolicy } from '../../domain/signingkeys/rotation-policy.js';
import { SigningKeys, signingKeysStream } from '../../domain/signingkeys/signing-keys.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import { command } from '../command.js';

export interface RetireSigningKeysInput {
  readonly appKey: string;
}

/** Retires the dynamic keys of an app that can verify nothing any more (20-session.md 6.2); answers with their kids. */
export const retireSigningKeys = command<RetireSigningKeysInput, readonly string[]>(
  'RetireSigningKeys',
  async (context, { appKey }) => {
    const app = context.registry.appByKey(appKey);
    if (!app) return [];
    const policy = rotationPolicy(appConfig(context.registry, app), context.testMode);
    return context.transact(async (tx) => {
      const id = signingKeysStream(appKey);
      const decision = retireDynamicKeys(await tx.load(SigningKeys, id), policy, context.now());
      tx.append(SigningKeys, id, decision.events);
      return decision.result;
    });
  },
);
