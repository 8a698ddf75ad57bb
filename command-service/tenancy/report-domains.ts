import { type AppFactResult, reportDomains as decide } from '../../domain/tenancy/decide-app-facts.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';

export interface ReportDomainsInput {
  readonly target: Pick<TenantAddress, 'cud' | 'appId'>;
  readonly websiteDomain?: string | undefined;
  readonly apiDomain?: string | undefined;
}

/** Keeps the domains that a backend reports of itself (00-conventions.md 13.2). */
export const reportDomains = command<ReportDomainsInput, AppFactResult>(
  'ReportDomains',
  (context, { target, ...reported }) =>
    context.transact(async (tx) => {
      const app = await loadApp(tx, target);
      return append(tx, target, decide({ target, app, at: context.now() }, reported));
    }),
);
