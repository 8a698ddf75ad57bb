import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request presented: `ok-saas-secret` unlocks protected config, `refused` is a 401. */
export type ApiKeyVerdict = 'ok' | 'ok-saas-secret' | 'refused';

/** Keys that are accepted, as digests, so that a comparison takes the same time for every key. */
export interface AcceptedKeys {
  readonly keys: readonly Buffer[];
  readonly saasSecret: Buffer | undefined;
}

/**
 * Prepares the keys of an app for {@link checkApiKey}. To be done when the config changes, not per request.
 *
 * @param apiKeys `api_keys` of the app: a comma list, or nothing
 * @param saasSecret `supertokens_saas_secret`
 */
export function acceptedKeys(apiKeys: string | null | undefined, saasSecret: string | null | undefined): AcceptedKeys {
  const keys = (apiKeys ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  return { keys: keys.map(digest), saasSecret: saasSecret ? digest(saasSecret) : undefined };
}

/**
 * The key a request presents: the `api-key` header, even when empty, else what `Authorization` carries; trimmed
 * (00-conventions.md 6).
 *
 * @param headers by lower-case name
 * @returns undefined if it presents none
 */
export function presentedApiKey(headers: {
  readonly 'api-key'?: string | string[] | undefined;
  readonly authorization?: string | undefined;
}): string | undefined {
  const own = headers['api-key'];
  if (own !== undefined) return String(own).trim();
  return headers.authorization?.replace(/^\s*bearer /i, '').trim();
}

/** Whether a presented key lets a request pass (00-conventions.md 6). Without any key configured every request does. */
export function checkApiKey(presented: string | undefined, accepted: AcceptedKeys): ApiKeyVerdict {
  if (accepted.keys.length === 0 && accepted.saasSecret === undefined) return 'ok';
  if (presented === undefined) return 'refused';
  const given = digest(presented);
  let isKey = false;
  for (const key of accepted.keys) isKey = timingSafeEqual(key, given) || isKey;
  const isSaasSecret = accepted.saasSecret !== undefined && timingSafeEqual(accepted.saasSecret, given);
  if (isSaasSecret) return 'ok-saas-secret';
  return isKey ? 'ok' : 'refused';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
