import type { TenantAddress } from '../../domain/tenancy/ids.js';
import type { HashingSettings } from '../../infra/ports/password-hasher.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';
import { configOf } from '../tenancy/config-of.js';

/** How the app of a tenant hashes passwords: app-level options, read from its public tenant. */
export function hashingSettings(registry: TenancyRegistry, target: TenantAddress): HashingSettings {
  const config = configOf(registry, { ...target, tenantId: 'public' });
  return {
    algorithm: config.password_hashing_alg === 'ARGON2' ? 'ARGON2' : 'BCRYPT',
    firebaseSignerKey: config.firebase_password_hashing_signer_key,
  };
}
