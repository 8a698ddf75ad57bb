import type { AnnalsSettings } from '../../infra/config/annals-settings.js';

/** What processes know each other by. */
export interface InternalKeys {
  readonly sent: string;
  readonly accepted: readonly string[];
}

/** The keys of this process. @throws Error if none is set */
export function internalKeys({ internalKeys: accepted }: AnnalsSettings): InternalKeys {
  const [sent] = accepted;
  if (sent !== undefined) return { sent, accepted };
  throw new Error(
    'ANNALS_INTERNAL_KEY must be set, to the same value for every process of the installation; make one with: openssl rand -hex 32',
  );
}
