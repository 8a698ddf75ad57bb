import { EVENT_TYPE, type Filter, STREAM_NAME } from '@kurrent/kurrentdb-client';
import type { LogFilter } from '../ports/event-log.js';
import { isSystemEvent } from './events.js';

/** Stream names have no upper case, so no event passes this. */
const NOTHING = 'NOTHING-';

/** The server's own events have types that start with `$`. */
const EVERYTHING = '^[^$]';

/** How the server is asked for what a filter picks. Without one it is asked for everything but its own events. */
export function serverFilter(filter: LogFilter | undefined): Filter {
  const prefixes = filter && ('typePrefixes' in filter ? filter.typePrefixes : filter.streamPrefixes);
  if (filter === undefined || prefixes?.includes('')) {
    return { filterOn: EVENT_TYPE, regex: EVERYTHING, checkpointInterval: 1 };
  }
  if (prefixes === undefined || prefixes.length === 0) {
    return { filterOn: STREAM_NAME, prefixes: [NOTHING], checkpointInterval: 1 };
  }
  const filterOn = 'typePrefixes' in filter ? EVENT_TYPE : STREAM_NAME;
  return { filterOn, prefixes: [...prefixes], checkpointInterval: 1 };
}

/** Whether an event is picked by a filter: the same as {@link serverFilter}, here. */
export function passes(event: { readonly streamId: string; readonly type: string }, filter?: LogFilter): boolean {
  if (isSystemEvent(event)) return false;
  if (!filter) return true;
  if ('typePrefixes' in filter) return filter.typePrefixes.some((prefix) => event.type.startsWith(prefix));
  return filter.streamPrefixes.some((prefix) => event.streamId.startsWith(prefix));
}
