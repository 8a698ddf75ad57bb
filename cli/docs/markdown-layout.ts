const CELL = /(?<!\\)\|/;
const MIN_WIDTH = 3;
/** The row of dashes below the head. */
const RULE_ROW = 1;

/** Markdown with the columns of its tables aligned, as the formatter of this repository does it. */
export function alignTables(markdown: string): string {
  const lines: string[] = [];
  let table: string[][] = [];
  const flush = (): void => {
    lines.push(...aligned(table));
    table = [];
  };
  for (const line of markdown.split('\n')) {
    if (line.startsWith('|')) {
      table.push(cellsOf(line));
    } else {
      flush();
      lines.push(line);
    }
  }
  flush();
  return lines.join('\n');
}

function cellsOf(line: string): string[] {
  return line
    .split(CELL)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function aligned(rows: readonly string[][]): string[] {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    rows.reduce((width, row, i) => (i === RULE_ROW ? width : Math.max(width, row[column]?.length ?? 0)), MIN_WIDTH),
  );
  return rows.map((row, i) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? MIN_WIDTH;
      return i === RULE_ROW ? '-'.repeat(width) : cell.padEnd(width);
    });
    return `| ${cells.join(' | ')} |`;
  });
}
