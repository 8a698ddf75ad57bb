import { BASE_TENANT } from '../../domain/tenancy/ids.js';
import { appStream } from '../../domain/tenancy/keys.js';
import { query } from '../query.js';

/** Reads trivially from the event log; fails if that fails (00-conventions.md 13.1). */
export const probeStore = query<Record<string, never>, null>('ProbeStore', async ({ store }) => {
  await store.streamState(store.streamName(appStream(BASE_TENANT.cud, BASE_TENANT.appId)));
  return null;
});
