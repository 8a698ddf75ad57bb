import type { AnnalsSettings } from '../../infra/config/annals-settings.js';

/** The key that processes know each other by. @throws Error if none is set */
export function internalKey({ internalKey: key }: AnnalsSettings): string {
  if (key !== undefined) return key;
  throw new Error(
    'ANNALS_INTERNAL_KEY must be set, to the same value for every process of the installation; make one with: openssl rand -hex 32',
  );
}
