import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { LogPage, LogScan } from '../event-log/follow-log.js';
import type { LogFilter, RecordedEvent } from '../ports/event-log.js';
import { EVENT_COLUMNS, type EventRow, toEvent } from './log-rows.js';

/** How many positions a filtered scan looks at before it lets others have the event loop. */
const FIRST_WINDOW = 1_024;
const LARGEST_WINDOW = 65_536;
/** The same where each event's stream name must be looked at, and not just an index. */
const LARGEST_NAME_WINDOW = 8_192;

/** Which events a scan picks, by what their indexes know, and the stream-name prefixes left to be compared. */
interface Selection {
  readonly index: 'category' | 'type';
  readonly ids: readonly number[];
  readonly prefixes: readonly string[];
}

type Pick = (ids: string, after: number, through: number, limit: number, prefixes: string) => EventRow[];

/** Prepares the statements that read the whole log. @param end the position of the last event, or -1 */
export function prepareLogScan(db: Database.Database, end: () => number): LogScan {
  const selectNext = db
    .prepare<[number, number], EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events AS e
         CROSS JOIN streams AS s ON s.id = e.stream CROSS JOIN event_types AS t ON t.id = e.type
       WHERE e.position > ? ORDER BY e.position LIMIT ?`,
    )
    .raw();
  const selectCategories = db.prepare<[], [id: number, name: string]>('SELECT id, name FROM categories').raw();
  const selectTypes = db.prepare<[], [id: number, name: string]>('SELECT id, name FROM event_types').raw();
  const pick = { category: preparePick(db, 'category'), type: preparePick(db, 'type') };
  const pickByName = prepareNamePick(db);

  function select(filter: LogFilter): Selection {
    if ('typePrefixes' in filter) {
      const wanted = selectTypes
        .all()
        .filter(([, name]) => filter.typePrefixes.some((prefix) => name.startsWith(prefix)));
      return { index: 'type', ids: wanted.map(([id]) => id), prefixes: [] };
    }
    const { streamPrefixes } = filter;
    const wanted = selectCategories.all().filter(([, name]) => streamPrefixes.some((prefix) => mayMatch(prefix, name)));
    const whole = wanted.every(([, name]) => streamPrefixes.some((prefix) => `${name}-`.startsWith(prefix)));
    return { index: 'category', ids: wanted.map(([id]) => id), prefixes: whole ? [] : streamPrefixes };
  }

  async function scanFiltered(after: number, limit: number, filter: LogFilter): Promise<LogPage> {
    const through = end();
    const { index, ids, prefixes } = select(filter);
    const events: RecordedEvent[] = [];
    if (ids.length === 0) return { events, through };
    const pickRows: Pick = prefixes.length > 0 ? pickByName : pick[index];
    const idsText = JSON.stringify(ids);
    const prefixesText = JSON.stringify(prefixes);
    const largest = prefixes.length > 0 ? LARGEST_NAME_WINDOW : LARGEST_WINDOW;
    let window = FIRST_WINDOW;
    for (let from = after; from < through; from += window, window = Math.min(window * 2, largest)) {
      if (from > after) await nextTurn();
      const rows = pickRows(idsText, from, Math.min(from + window, through), limit - events.length, prefixesText);
      for (const row of rows) events.push(toEvent(row));
      if (events.length === limit) return { events, through: Number(events.at(-1)?.position ?? after) };
    }
    return { events, through };
  }

  return async (after, limit, filter) => {
    if (limit <= 0) return { events: [], through: after };
    if (filter) return scanFiltered(after, limit, filter);
    const through = end();
    const events = selectNext.all(after, limit).map(toEvent);
    const last = Number(events.at(-1)?.position ?? after);
    return { events, through: events.length === limit ? last : Math.max(through, last) };
  };
}

/** Whether names of a category may start with a prefix. */
function mayMatch(prefix: string, category: string): boolean {
  return `${category}-`.startsWith(prefix) || prefix.startsWith(`${category}-`);
}

/** The positions come from an index alone and are put in order before an event is touched. */
function preparePick(db: Database.Database, index: 'category' | 'type'): Pick {
  const statement = db
    .prepare<[string, number, number, number], EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM (
           SELECT position FROM events
           WHERE ${index} IN (SELECT value FROM json_each(?)) AND position > ? AND position <= ?
           ORDER BY position LIMIT ?) AS p
         CROSS JOIN events AS e ON e.position = p.position
         CROSS JOIN streams AS s ON s.id = e.stream CROSS JOIN event_types AS t ON t.id = e.type
       ORDER BY e.position`,
    )
    .raw();
  return (ids, after, through, limit) => statement.all(ids, after, through, limit);
}

function prepareNamePick(db: Database.Database): Pick {
  const statement = db
    .prepare<[string, number, number, string, number], EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM (
           SELECT position FROM events AS n CROSS JOIN streams ON streams.id = n.stream
           WHERE n.category IN (SELECT value FROM json_each(?)) AND n.position > ? AND n.position <= ?
             AND EXISTS (SELECT 1 FROM json_each(?) WHERE substr(streams.name, 1, length(value)) = value)
           ORDER BY n.position LIMIT ?) AS p
         CROSS JOIN events AS e ON e.position = p.position
         CROSS JOIN streams AS s ON s.id = e.stream CROSS JOIN event_types AS t ON t.id = e.type
       ORDER BY e.position`,
    )
    .raw();
  return (ids, after, through, limit, prefixes) => statement.all(ids, after, through, prefixes, limit);
}
