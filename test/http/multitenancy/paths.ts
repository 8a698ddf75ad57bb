import { expect } from 'chai';
import type { CdiAnswer } from '../../support/cdi.js';

/** The routes of 10-multitenancy.md 16, abbreviated as there. */
export const TEN = '/recipe/multitenancy/tenant';
export const APP = '/recipe/multitenancy/app';
export const CUD = '/recipe/multitenancy/connectionuridomain';
export const TPC = '/recipe/multitenancy/config/thirdparty';
export const CORE_CONFIG = '/recipe/dashboard/tenant/core-config';

/** Expects an error with exactly this text. */
export function expectRefused(answer: CdiAnswer, status: 400 | 401 | 403, text: string): void {
  expect(answer.text).to.equal(`${text}\n`);
  expect(answer.status).to.equal(status);
}

/** Expects a 200 with exactly this JSON. */
export function expectOk(answer: CdiAnswer, json: object): void {
  expect(answer.json, answer.text).to.deep.equal({ status: 'OK', ...json });
}

/** The text of a 400 about a tenant that does not exist (00-conventions.md 2.5). */
export function notFoundText(cud: string, appId: string, tenantId: string): string {
  return (
    'AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId ' +
    `combination not found: (${cud}, ${appId}, ${tenantId})`
  );
}
