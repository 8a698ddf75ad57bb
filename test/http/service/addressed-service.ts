import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, type AnnalsOptions, startAnnals } from '../../support/service.js';

/** The answer about a tenant that does not exist (00-conventions.md 2.5). */
export function tenantNotFoundText(appId: string, tenantId: string): string {
  return (
    'AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId ' +
    `combination not found: (, ${appId}, ${tenantId})\n`
  );
}

/** A service with the app `a1`, and a tenant `t1` in it and in the public app: the base of 00-conventions.md 20. */
export async function startWithA1AndT1(options: AnnalsOptions = {}): Promise<{ annals: Annals; cdi: CdiClient }> {
  const annals = await startAnnals(options);
  const cdi = cdiClient(annals.url);
  await cdi.put('/recipe/multitenancy/app/v2', { appId: 'a1' });
  await cdi.put('/recipe/multitenancy/tenant/v2', { tenantId: 't1' });
  await cdi.put('/appid-a1/recipe/multitenancy/tenant/v2', { tenantId: 't1' });
  return { annals, cdi };
}
