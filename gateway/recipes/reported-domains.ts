import { z } from 'zod';
import type { Target } from '../../command-service/command.js';
import { reportDomains } from '../../command-service/tenancy/report-domains.js';
import type { CdiRequest } from '../request.js';

/** What a backend may tell of itself when it asks for the versions (00-conventions.md 13.2). */
export const reportedDomains = z.object({ websiteDomain: z.string().optional(), apiDomain: z.string().optional() });

/** Keeps the domains that a request reports. Its answer does not wait for that, and a failure is only logged. */
export function rememberDomains(request: CdiRequest, target: Target): void {
  const { websiteDomain, apiDomain } = request.query(reportedDomains);
  if (websiteDomain === undefined && apiDomain === undefined) return;
  request
    .send(reportDomains, { target, websiteDomain, apiDomain })
    .catch((err: unknown) => request.deps.logger.warn({ err }, 'the reported domains of an app were not stored'));
}
