import type { CoreConfig } from '../config/options.js';
import { overlapOf, type RotationPolicy } from './rotation.js';

const HOUR = 3_600_000;

/** How the dynamic keys of an app rotate, by the config of its public tenant (20-session.md 2). */
export function rotationPolicy(config: CoreConfig, testMode: boolean): RotationPolicy {
  const interval = Math.round(config.access_token_dynamic_signing_key_update_interval * HOUR);
  return {
    interval,
    accessTokenValidity: config.access_token_validity * 1000,
    overlap: overlapOf(interval, testMode),
  };
}
