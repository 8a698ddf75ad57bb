import type { Overrides } from '../../domain/config/effective-config.js';
import type { Decision } from '../../domain/event.js';
import { type AppState, appAggregate, publicOverrides } from '../../domain/tenancy/app.js';
import { ConnectionUriDomain, type CudState } from '../../domain/tenancy/cud.js';
import type { TenancyDecision } from '../../domain/tenancy/decide-tenant.js';
import type { AppEvent } from '../../domain/tenancy/events.js';
import { DEFAULT_CUD, DEFAULT_ID, type TenantAddress } from '../../domain/tenancy/ids.js';
import { appStream, cudStream } from '../../domain/tenancy/keys.js';
import type { Tx } from '../unit-of-work.js';

type AppAddress = Pick<TenantAddress, 'cud' | 'appId'>;

/** Folds the app at an address; the state of an unknown one says that it does not exist. */
export function loadApp(tx: Tx, { cud, appId }: AppAddress): Promise<AppState> {
  return tx.load(appAggregate(cud, appId), appStream(cud, appId));
}

/** Folds a connection URI domain; undefined for the default one, which has no stream. */
export async function loadDomain(tx: Tx, cud: string): Promise<CudState | undefined> {
  return cud === DEFAULT_CUD ? undefined : tx.load(ConnectionUriDomain, cudStream(cud));
}

/** The overrides that an app inherits from its domain's public app: none for that app itself (10-multitenancy.md 6.1). */
export async function loadDomainOverrides(tx: Tx, { cud, appId }: AppAddress): Promise<Overrides> {
  if (cud === DEFAULT_CUD || appId === DEFAULT_ID) return {};
  return publicOverrides(await loadApp(tx, { cud, appId: DEFAULT_ID }));
}

/** Writes a decision: its events to the app at the address, and those of its domain to the domain's stream. */
export function append<R>(
  tx: Tx,
  { cud, appId }: AppAddress,
  decision: Decision<R, AppEvent> & Partial<Pick<TenancyDecision<R>, 'cudEvents'>>,
): R {
  const { result, events, cudEvents = [] } = decision;
  tx.append(appAggregate(cud, appId), appStream(cud, appId), events);
  if (cudEvents.length > 0) tx.append(ConnectionUriDomain, cudStream(cud), cudEvents);
  return result;
}
