import { removeApp as decide, type RemovalResult } from '../../domain/tenancy/decide-removal.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { command } from '../command.js';
import { append, loadApp, loadDomain } from './tenancy-streams.js';
import { transactInTurn } from './transact-in-turn.js';

export interface RemoveAppInput {
  /** The tenant that the host and path of the call address. */
  readonly source: TenantAddress;
  /** In the source's connection URI domain; from `readRemovedId`. */
  readonly appId: string;
}

/** Removes an app with everything that is kept under its key (10-multitenancy.md 7.4, 10). */
export const removeApp = command<RemoveAppInput, RemovalResult>('RemoveApp', (context, { source, appId }) => {
  const target = { cud: source.cud, appId };
  return transactInTurn(context, target, async (tx) => {
    const sourceApp = await loadApp(tx, source);
    const app = await loadApp(tx, target);
    await loadDomain(tx, source.cud);
    return append(tx, target, decide({ source, sourceApp, appId, app, at: context.now() }));
  });
});
