import type { LogPage, LogScan } from '../event-log/follow-log.js';
import type { LogFilter } from '../ports/event-log.js';
import { EVENT_COLUMNS, type MaybeEventRow, toEvents } from './log-rows.js';

/** Runs a statement that only reads. */
export type Read = <R extends object>(query: { name: string; text: string; values: unknown[] }) => Promise<R[]>;

type Row = MaybeEventRow & { readonly head: string | null };

/** How many positions a scan looks at in one statement where each event's stream name must be compared. */
const NAME_WINDOW = 20_000;
const FAR = Number.MAX_SAFE_INTEGER;

/**
 * The end of the log and a page of it, as one statement sees them, so that nothing is passed over between the two. Each
 * event is looked up by its position (LIMIT keeps the planner from a join that reads the whole table).
 */
const page = (positions: string) =>
  `SELECT h.head, ${EVENT_COLUMNS} FROM (SELECT max(position) AS head FROM events) AS h
     LEFT JOIN (${positions}) AS p ON true
     LEFT JOIN LATERAL (SELECT * FROM events WHERE position = p.position LIMIT 1) AS e ON true
   ORDER BY p.position`;

const SCAN_ALL = page('SELECT position FROM events WHERE position > $1 ORDER BY position LIMIT $2');

/**
 * Walks the index of each name by itself. The name is compared as a row with the position: by an equality the planner
 * is tempted to walk the whole log for a rare name. The positions are put in order before an event is touched.
 */
const scanBy = (index: 'category' | 'type') =>
  page(
    `SELECT q.position FROM unnest($3::text[]) AS n(name) CROSS JOIN LATERAL (
       SELECT position FROM events WHERE (${index}, position) > (n.name, $1) AND (${index}, position) <= (n.name, $4)
       ORDER BY ${index}, position LIMIT $2) AS q
     ORDER BY q.position LIMIT $2`,
  );

const SCAN_BY_NAME = page(
  `SELECT position FROM events WHERE category = ANY($3::text[]) AND position > $1 AND position <= $4
     AND EXISTS (SELECT 1 FROM unnest($5::text[]) AS n(prefix) WHERE starts_with(stream, n.prefix))
   ORDER BY position LIMIT $2`,
);

/** Hops through an index from one name to the next. */
const namesBy = (index: 'category' | 'type') =>
  `WITH RECURSIVE found AS (
     (SELECT ${index} AS name FROM events WHERE ${index} >= $1 ORDER BY ${index} LIMIT 1)
     UNION ALL
     SELECT (SELECT ${index} FROM events WHERE ${index} > found.name ORDER BY ${index} LIMIT 1)
     FROM found WHERE starts_with(found.name, $1))
   SELECT name FROM found WHERE starts_with(name, $1)`;

const STATEMENTS = {
  category: { scan: scanBy('category'), names: namesBy('category') },
  type: { scan: scanBy('type'), names: namesBy('type') },
};

/** Which events a scan picks, by what their indexes know, and the stream-name prefixes left to be compared. */
interface Selection {
  readonly index: 'category' | 'type';
  readonly names: readonly string[];
  readonly prefixes: readonly string[];
}

/** Prepares the statements that read the whole log. */
export function prepareLogScan(read: Read, end: () => Promise<number>): LogScan {
  async function names(index: Selection['index'], prefixes: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      prefixes.map((prefix) =>
        read<{ name: string }>({ name: `log-${index}-names`, text: STATEMENTS[index].names, values: [prefix] }),
      ),
    );
    return [...new Set(found.flat().map(({ name }) => name))];
  }

  async function select(filter: LogFilter): Promise<Selection> {
    if ('typePrefixes' in filter)
      return { index: 'type', names: await names('type', filter.typePrefixes), prefixes: [] };
    const { streamPrefixes } = filter;
    const whole = streamPrefixes.flatMap((prefix) => categoryOf(prefix) ?? []);
    const started = await names(
      'category',
      streamPrefixes.filter((prefix) => categoryOf(prefix) === undefined),
    );
    const parts = streamPrefixes.some((prefix) => prefix.includes('-') && !isWholeCategory(prefix));
    return {
      index: 'category',
      names: [...new Set([...whole, ...started])],
      prefixes: parts ? streamPrefixes : [],
    };
  }

  async function scanOnce(after: number, limit: number, through: number, selection: Selection): Promise<LogPage> {
    const { index, names, prefixes } = selection;
    const rows =
      prefixes.length > 0
        ? await read<Row>({
            name: 'log-scan-name',
            text: SCAN_BY_NAME,
            values: [after, limit, names, through, prefixes],
          })
        : await read<Row>({
            name: `log-scan-${index}`,
            text: STATEMENTS[index].scan,
            values: [after, limit, names, through],
          });
    return pageOf(rows, after, limit, through);
  }

  return async (after, limit, filter) => {
    if (limit <= 0) return { events: [], through: after };
    if (filter === undefined || passesAll(filter)) {
      const rows = await read<Row>({ name: 'log-scan', text: SCAN_ALL, values: [after, limit] });
      return pageOf(rows, after, limit, FAR);
    }
    // A category or type may come up after its name was looked for: what is past this end is left for the next scan.
    const head = isExact(filter) ? FAR : await end();
    const selection = await select(filter);
    if (selection.prefixes.length === 0) return scanOnce(after, limit, head, selection);
    const events: LogPage['events'][number][] = [];
    for (let from = after; from < head; from += NAME_WINDOW) {
      const found = await scanOnce(from, limit - events.length, Math.min(from + NAME_WINDOW, head), selection);
      events.push(...found.events);
      if (events.length === limit) return { events, through: found.through };
    }
    return { events, through: Math.max(head, after) };
  };
}

function pageOf(rows: readonly Row[], after: number, limit: number, bound: number): LogPage {
  const events = toEvents(rows);
  const last = Number(events.at(-1)?.position ?? after);
  if (events.length === limit) return { events, through: last };
  return { events, through: Math.max(last, Math.min(Number(rows[0]?.head ?? -1), bound)) };
}

function passesAll(filter: LogFilter): boolean {
  return ('typePrefixes' in filter ? filter.typePrefixes : filter.streamPrefixes).includes('');
}

/** Whether a filter names its categories, so that none has to be looked for. */
function isExact(filter: LogFilter): boolean {
  return 'streamPrefixes' in filter && filter.streamPrefixes.every(isWholeCategory);
}

function isWholeCategory(prefix: string): boolean {
  return prefix.indexOf('-') === prefix.length - 1;
}

/** The category that a prefix is of, if it goes beyond the category's name. */
function categoryOf(prefix: string): string | undefined {
  const dash = prefix.indexOf('-');
  return dash < 0 ? undefined : prefix.slice(0, dash);
}
