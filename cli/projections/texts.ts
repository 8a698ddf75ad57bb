import type { ParkedStream } from '../../projections/runner/view.js';
import type { RowDifference } from '../../projections/sql/difference.js';
import type { ViewDigest } from '../../projections/sql/digest.js';
import type { Comparison } from './compare.js';
import type { ViewStatus } from './list.js';

const NAMED_STREAMS = 5;

const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

export function parkedLine({
  stream,
  position,
  eventType,
  error,
}: Omit<ParkedStream, 'position'> & { position: unknown }) {
  return `  parked: ${stream} from position ${String(position)} (${eventType}): ${error}`;
}

/** The lines that `list` prints of a view. */
export function statusLines(status: ViewStatus): string[] {
  const { view, version, programVersion, checkpoint, head, lag, parked, rebuild } = status;
  const built = version === null ? 'never built' : `version ${version}`;
  const lines = [
    `${view}: ${built}, checkpoint ${checkpoint} of ${head}, ${lag === 0 ? 'up to date' : `${count(lag, 'event')} behind`}, ${count(parked.streams, 'parked stream')}`,
  ];
  if (version !== null && (version !== programVersion || !status.tablesFit))
    lines.push(
      `  this program has version ${programVersion}${status.tablesFit ? '' : ' with other tables'}: the service rebuilds the view when it starts`,
    );
  for (const stream of parked.first) lines.push(parkedLine(stream));
  if (parked.streams > parked.first.length) lines.push(`  and ${parked.streams - parked.first.length} more`);
  if (parked.streams > 0) lines.push(`  mend the cause, then run: annals projections retry ${view}`);
  const named = (kinds: readonly string[]) =>
    rebuild.tables.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const copies = named(['copy', 'drop']);
  const kept = named(['old']);
  const isSwitched = copies.length > 0 && named(['copy']).length === 0;
  if (rebuild.underWay && isSwitched)
    lines.push(`  it was rebuilt; this was live before and is removed after a grace time: ${copies.join(', ')}`);
  else if (rebuild.underWay) lines.push(`  a rebuild is under way, at ${rebuild.checkpoint ?? 'its start'}`);
  else if (copies.length > 0)
    lines.push(`  left behind by a rebuild that was stopped; the next one removes them: ${copies.join(', ')}`);
  if (kept.length > 0) lines.push(`  kept; the next rebuild removes them: ${kept.join(', ')}`);
  return lines;
}

function rowLine({ table, key, difference }: RowDifference): string {
  const name = Object.entries(key).map(([column, value]) => `${column}=${value}`);
  const what =
    'columns' in difference
      ? `differs in ${difference.columns.join(', ')}`
      : difference.missingIn === 'first'
        ? 'is missing in the live view'
        : 'should not be in the live view';
  return `  ${table} [${name.join(' ')}] ${what}`;
}

function digestLine(name: string, { sha256, tables }: ViewDigest): string {
  const rows = [...tables.values()].reduce((sum, table) => sum + table.rows, 0);
  return `  ${name} sha256:${sha256} (${count(rows, 'row')})`;
}

/** The lines that tell how the live view compares with a fresh one. */
export function comparisonLines(view: string, comparison: Comparison): string[] {
  const { equal, position, live, fresh, tables, rows, onlyFresh, liveParked, freshParked } = comparison;
  const lines = [
    `${view}: ${equal ? 'EQUAL' : 'DIFFERENT'} at position ${position}`,
    digestLine('live ', live),
    digestLine('fresh', fresh),
  ];
  if (onlyFresh > 0)
    lines.push(`  ${count(onlyFresh, 'row')} in the fresh view only: the live one is a cache, and need not have them`);
  if (tables.length > 0) lines.push(`  tables that differ: ${tables.join(', ')}`);
  lines.push(...rows.map(rowLine));
  if (liveParked.length > 0)
    lines.push(
      `  the live view has ${count(liveParked.length, 'parked stream')}: annals projections retry ${view}`,
      ...liveParked.slice(0, NAMED_STREAMS).map(parkedLine),
    );
  if (freshParked.length > 0)
    lines.push(
      `  a fresh view has ${count(freshParked.length, 'parked stream')}: this program can't handle them`,
      ...freshParked.slice(0, NAMED_STREAMS).map(parkedLine),
    );
  return lines;
}
