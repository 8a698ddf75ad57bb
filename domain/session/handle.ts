const PUBLIC_TENANT = 'public';

const HANDLE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:_[a-z0-9-]{1,128})?$/;

/**
 * Makes the handle of a new session (20-session.md 3).
 *
 * @param uuid a random UUID in lower case
 */
export function makeHandle(uuid: string, tenantId: string): string {
  return tenantId === PUBLIC_TENANT ? uuid : `${uuid}_${tenantId}`;
}

/**
 * The tenant a handle names, in lower case, whether or not there is such a handle or tenant (20-session.md 3).
 * Undefined for a handle of underscores only, which is not found (16, W2).
 */
export function tenantOfHandle(handle: string): string | undefined {
  if (/^_+$/.test(handle)) return undefined;
  const tenantId = handle.split('_')[1];
  return tenantId ? tenantId.toLowerCase() : PUBLIC_TENANT;
}

/** Whether a session can have this handle. Any other text is not found, without asking the log. */
export function isWellFormedHandle(handle: string): boolean {
  return HANDLE.test(handle);
}
