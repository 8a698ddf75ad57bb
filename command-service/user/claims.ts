import type { StreamId } from '../../domain/event.js';
import { Identity, type IdentityEvent, type IdentityState, identityStream } from '../../domain/identity/identity.js';
import type { AccountInfo } from '../../domain/user/login-method.js';
import type { Tx } from '../unit-of-work.js';

/** Identity streams that were loaded, and what they say, in the same order. */
export interface LoadedIdentities {
  readonly ids: readonly StreamId[];
  readonly states: readonly IdentityState[];
}

/** Loads the identities of account infos in each of the tenants: tenant by tenant, and in each in the given order. */
export async function loadIdentities(
  tx: Tx,
  appKey: string,
  tenantKeys: readonly string[],
  infos: readonly AccountInfo[],
): Promise<LoadedIdentities> {
  const ids = tenantKeys.flatMap((key) => infos.map(({ kind, value }) => identityStream(appKey, key, kind, value)));
  return { ids, states: await Promise.all(ids.map((id) => tx.load(Identity, id))) };
}

/** Appends what a decision says of the identities that it was given, in their order. */
export function appendIdentities(
  tx: Tx,
  ids: readonly StreamId[],
  events: readonly (readonly IdentityEvent[])[],
): void {
  for (const [index, id] of ids.entries()) tx.append(Identity, id, events[index] ?? []);
}
