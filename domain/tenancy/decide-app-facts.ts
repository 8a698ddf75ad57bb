import { accept, type Decision, unchanged } from '../event.js';
import { type AppState, tenantAt } from './app.js';
import {
  AppDomainsReported,
  type AppEvent,
  BaseTenantInitialised,
  LicenseKeyRemoved,
  LicenseKeySet,
} from './events.js';
import { BASE_TENANT, DEFAULT_ID, type TenantAddress, tenantNotFound } from './ids.js';
import { canBeKept, type JsonObject, member } from './json.js';
import { type BadInput, badInput, invalidField, type Valid, valid } from './result.js';

/** An app by its address, its state, and the time in ms since the epoch. */
export interface AppTarget {
  readonly target: Pick<TenantAddress, 'cud' | 'appId'>;
  readonly app: AppState;
  readonly at: number;
}

export type AppFactResult = { readonly status: 'OK' } | BadInput;

type AppFactDecision = Decision<AppFactResult, AppEvent>;

const OK: AppFactResult = { status: 'OK' };

/** Records the first start of the service; once. The base app exists without it. */
export function initialiseBaseTenant(app: AppState, at: number): AppFactDecision {
  if (tenantAt(app, BASE_TENANT)?.createdAt !== null) return unchanged(OK);
  return accept(OK, BaseTenantInitialised({ cud: BASE_TENANT.cud, appId: BASE_TENANT.appId, appKey: app.appKey, at }));
}

/** Keeps the domains that a backend reports with its version question (00-conventions.md 13.2); last value wins. */
export function reportDomains(
  { target, app, at }: AppTarget,
  reported: { readonly websiteDomain?: string | undefined; readonly apiDomain?: string | undefined },
): AppFactDecision {
  if (!app.exists) return unchanged(appNotFound(target));
  const websiteDomain = reported.websiteDomain ?? app.websiteDomain;
  const apiDomain = reported.apiDomain ?? app.apiDomain;
  if (websiteDomain === app.websiteDomain && apiDomain === app.apiDomain) return unchanged(OK);
  return accept(OK, AppDomainsReported({ ...namesOf({ target, app, at }), websiteDomain, apiDomain }));
}

/** Reads the body of a licence PUT (00-conventions.md 13.9): `{}` asks for the stored key to be looked at again. */
export function readLicenseKey(body: JsonObject): Valid<string | undefined> | BadInput {
  const given = member(body, 'licenseKey');
  if (given === undefined) {
    return Object.keys(body).length === 0
      ? valid(undefined)
      : badInput("Field name 'licenseKey' is missing in JSON input");
  }
  if (typeof given !== 'string') return invalidField('licenseKey');
  return canBeKept(given) ? valid(given) : badInput('licenseKey is too long');
}

/** Keeps a licence key, any text; undefined leaves what there is (00-conventions.md 13.9). No feature depends on it. */
export function setLicenseKey(where: AppTarget, licenseKey: string | undefined): AppFactDecision {
  const { target, app } = where;
  if (!app.exists) return unchanged(appNotFound(target));
  if (licenseKey === undefined || licenseKey === app.licenseKey) return unchanged(OK);
  return accept(OK, LicenseKeySet({ ...namesOf(where), licenseKey }));
}

/** Removes the licence key, if there is one. */
export function removeLicenseKey(where: AppTarget): AppFactDecision {
  const { target, app } = where;
  if (!app.exists) return unchanged(appNotFound(target));
  return app.licenseKey === null ? unchanged(OK) : accept(OK, LicenseKeyRemoved(namesOf(where)));
}

function namesOf({ target: { cud, appId }, app: { appKey }, at }: AppTarget) {
  return { cud, appId, appKey, at };
}

function appNotFound({ cud, appId }: AppTarget['target']): BadInput {
  return tenantNotFound({ cud, appId, tenantId: DEFAULT_ID });
}
