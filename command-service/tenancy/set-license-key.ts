import { type AppFactResult, setLicenseKey as decide } from '../../domain/tenancy/decide-app-facts.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';

export interface SetLicenseKeyInput {
  readonly target: Pick<TenantAddress, 'cud' | 'appId'>;
  /** From `readLicenseKey`; absent leaves what there is. */
  readonly licenseKey?: string | undefined;
}

/** Keeps an app's licence key (00-conventions.md 13.9). */
export const setLicenseKey = command<SetLicenseKeyInput, AppFactResult>(
  'SetLicenseKey',
  (context, { target, licenseKey }) =>
    context.transact(async (tx) => {
      const app = await loadApp(tx, target);
      return append(tx, target, decide({ target, app, at: context.now() }, licenseKey));
    }),
);
