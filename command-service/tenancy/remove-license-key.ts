import { type AppFactResult, removeLicenseKey as decide } from '../../domain/tenancy/decide-app-facts.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';

export interface RemoveLicenseKeyInput {
  readonly target: Pick<TenantAddress, 'cud' | 'appId'>;
}

/** Removes an app's licence key, if there is one (00-conventions.md 13.9). */
export const removeLicenseKey = command<RemoveLicenseKeyInput, AppFactResult>(
  'RemoveLicenseKey',
  (context, { target }) =>
    context.transact(async (tx) =>
      append(tx, target, decide({ target, app: await loadApp(tx, target), at: context.now() })),
    ),
);
