import { ConnectionUriDomain } from '../../domain/tenancy/cud.js';
import { removeConnectionUriDomain as decide, type RemovalResult } from '../../domain/tenancy/decide-removal.js';
import { DEFAULT_ID, type TenantAddress } from '../../domain/tenancy/ids.js';
import { cudStream } from '../../domain/tenancy/keys.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';
import { transactInTurn } from './transact-in-turn.js';

export interface RemoveConnectionUriDomainInput {
  /** The tenant that the host and path of the call address. */
  readonly source: TenantAddress;
  /** From `readRemovedId`, so never the default one. */
  readonly cud: string;
}

/** Removes a connection URI domain with its public app (10-multitenancy.md 7.4, 10). */
export const removeConnectionUriDomain = command<RemoveConnectionUriDomainInput, RemovalResult>(
  'RemoveConnectionUriDomain',
  (context, { source, cud }) => {
    const target = { cud, appId: DEFAULT_ID };
    return transactInTurn(context, target, async (tx) => {
      const sourceApp = await loadApp(tx, source);
      const domain = await tx.load(ConnectionUriDomain, cudStream(cud));
      const app = await loadApp(tx, target);
      return append(tx, target, decide({ source, sourceApp, cud, domain, app, at: context.now() }));
    });
  },
);
