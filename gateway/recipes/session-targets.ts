import { tenantOfHandle } from '../../domain/session/handle.js';
import { MAX_TENANT_ID_LENGTH, tenantNotFound } from '../../domain/tenancy/ids.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';

const TENANT_ID = /^[a-z0-9-]+$/;

/** Belongs to no tenant: nothing is found there. */
const NOWHERE = '';

/**
 * The session that a handle names and the present tenant of its suffix, which decides where to look: the tenant of the
 * path does not matter. An unknown tenant in the suffix is a 400; a text that can be no handle names no session
 * (20-session.md 3).
 */
export function sessionOfHandle(request: CdiRequest, handle: string): SessionRef {
  const { cud, appId } = request.address;
  const tenantId = tenantOfHandle(handle);
  if (tenantId === undefined || tenantId.length > MAX_TENANT_ID_LENGTH || !TENANT_ID.test(tenantId))
    return { handle, tenantKey: NOWHERE };
  const address = { cud, appId, tenantId };
  const tenant = request.deps.registry.tenant(address);
  if (!tenant) refuse(400, tenantNotFound(address).message);
  return { handle, tenantKey: tenant.tenantKey };
}
