import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

/** Every event of an app's stream names the app, and the incarnation whose data it is about. */
const APP = { cud: z.string(), appId: z.string(), appKey: z.string(), at: z.number() };
const TENANT = { ...APP, tenantId: z.string(), tenantKey: z.string() };
const FACTORS = {
  emailPassword: z.boolean(),
  thirdParty: z.boolean(),
  passwordless: z.boolean(),
  firstFactors: z.array(z.string()).readonly().nullable(),
  requiredSecondaryFactors: z.array(z.string()).readonly().nullable(),
};

/** JSON text of an object that holds secrets: sealed under the app's key (`appSubject`), `{}` once that is gone. */
const sealedObject = personal(z.string(), '{}');

/** The service was started for the first time; the base app and its public tenant exist since then. */
export const BaseTenantInitialised = defineEvent('BaseTenantInitialised', APP);

/** An app came to be, for the `incarnation`th time. Its public tenant is created by the next event. */
export const AppCreated = defineEvent('AppCreated', { ...APP, incarnation: z.number() });

/** A tenant came to be, for the `incarnation`th time in this app, with these factors and no config overrides. */
export const TenantCreated = defineEvent('TenantCreated', { ...TENANT, incarnation: z.number(), ...FACTORS });

/** A tenant's factors are now these. */
export const TenantFactorsChanged = defineEvent('TenantFactorsChanged', { ...TENANT, ...FACTORS });

/** Config overrides were set, under the names of `set` and to `values`, and others removed. */
export const TenantCoreConfigChanged = defineEvent('TenantCoreConfigChanged', {
  ...TENANT,
  set: z.array(z.string()).readonly(),
  removed: z.array(z.string()).readonly(),
  values: sealedObject,
});

/** A provider was added to a tenant or replaced as a whole; `provider` is its minimal form. */
export const ThirdPartyProviderConfigured = defineEvent('ThirdPartyProviderConfigured', {
  ...TENANT,
  thirdPartyId: z.string(),
  validationSkipped: z.boolean(),
  provider: sealedObject,
});

export const ThirdPartyProviderRemoved = defineEvent('ThirdPartyProviderRemoved', {
  ...TENANT,
  thirdPartyId: z.string(),
});

/** A tenant is gone, with everything that is kept under its key. */
export const TenantRemoved = defineEvent('TenantRemoved', TENANT);

/** An app is gone, with its public tenant and everything that is kept under its key. */
export const AppRemoved = defineEvent('AppRemoved', APP);

/** The domains that the app's backend reports of itself are now these. */
export const AppDomainsReported = defineEvent('AppDomainsReported', {
  ...APP,
  websiteDomain: z.string().nullable(),
  apiDomain: z.string().nullable(),
});

export const LicenseKeySet = defineEvent('LicenseKeySet', { ...APP, licenseKey: personal(z.string(), '') });
export const LicenseKeyRemoved = defineEvent('LicenseKeyRemoved', APP);

export const APP_EVENTS = [
  BaseTenantInitialised,
  AppCreated,
  TenantCreated,
  TenantFactorsChanged,
  TenantCoreConfigChanged,
  ThirdPartyProviderConfigured,
  ThirdPartyProviderRemoved,
  TenantRemoved,
  AppRemoved,
  AppDomainsReported,
  LicenseKeySet,
  LicenseKeyRemoved,
] as const;

export type AppEvent = EventOf<(typeof APP_EVENTS)[number]>;

/** A connection URI domain came to be; its public app is created on that app's own stream. */
export const ConnectionUriDomainCreated = defineEvent('ConnectionUriDomainCreated', {
  cud: z.string(),
  at: z.number(),
});

/** An app other than the public one came to be in the domain, or is gone from it. */
const CUD_APP = { cud: z.string(), appId: z.string(), at: z.number() };
export const AppAddedToConnectionUriDomain = defineEvent('AppAddedToConnectionUriDomain', CUD_APP);
export const AppRemovedFromConnectionUriDomain = defineEvent('AppRemovedFromConnectionUriDomain', CUD_APP);

export const ConnectionUriDomainRemoved = defineEvent('ConnectionUriDomainRemoved', {
  cud: z.string(),
  at: z.number(),
});

export const CUD_EVENTS = [
  ConnectionUriDomainCreated,
  AppAddedToConnectionUriDomain,
  AppRemovedFromConnectionUriDomain,
  ConnectionUriDomainRemoved,
] as const;

export type CudEvent = EventOf<(typeof CUD_EVENTS)[number]>;
