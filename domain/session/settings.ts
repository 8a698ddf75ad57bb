import type { CoreConfig } from '../config/options.js';
import type { RecentReuseBehaviour } from './reuse.js';

/** What the config says about the sessions of an app; times in ms (20-session.md 2). */
export interface SessionSettings {
  /** V. */
  readonly accessTokenValidity: number;
  /** The largest share to cut off an access token's validity. */
  readonly jitter: number;
  /** R. */
  readonly refreshTokenValidity: number;
  /** G. */
  readonly grace: number;
  readonly recentReuse: RecentReuseBehaviour;
}

/** Reads the settings from the config of an app's public tenant. */
export function sessionSettings(config: CoreConfig): SessionSettings {
  return {
    accessTokenValidity: config.access_token_validity * 1000,
    jitter: config.access_token_validity_jitter,
    refreshTokenValidity: Math.trunc(config.refresh_token_validity * 60_000),
    grace: config.refresh_token_rotation_grace_period * 1000,
    recentReuse: config.recent_token_reuse_behaviour === 'UNAUTHORISED' ? 'UNAUTHORISED' : 'TOKEN_THEFT',
  };
}
