import type { Aggregate } from '../event.js';
import { CUD_EVENTS, type CudEvent } from './events.js';

/** What the stream of a connection URI domain says. */
export interface CudState {
  readonly exists: boolean;
  /** The ids of its apps besides the public one. */
  readonly apps: ReadonlySet<string>;
}

const NO_DOMAIN: CudState = { exists: false, apps: new Set() };

/** A connection URI domain other than the default one, which always exists and has no stream. */
export const ConnectionUriDomain: Aggregate<CudState, CudEvent> = {
  category: 'cud',
  events: CUD_EVENTS,
  initial: NO_DOMAIN,
  evolve,
  subject: () => undefined,
};

function evolve(state: CudState, event: CudEvent): CudState {
  switch (event.type) {
    case 'ConnectionUriDomainCreated':
      return { exists: true, apps: new Set() };
    case 'AppAddedToConnectionUriDomain':
      return { ...state, apps: new Set(state.apps).add(event.data.appId) };
    case 'AppRemovedFromConnectionUriDomain': {
      const apps = new Set(state.apps);
      apps.delete(event.data.appId);
      return { ...state, apps };
    }
    case 'ConnectionUriDomainRemoved':
      return NO_DOMAIN;
  }
}
