const LINE_WIDTH = 120;
const LIST_OF_SCALARS = /^( *)(.*)\[\n((?: *(?:"(?:[^"\\]|\\.)*"|[-+.\w]+),?\n)+) *\](,?)$/gm;

/** JSON text in the layout that the formatter of this repository gives it: short lists of scalars stand on one line. */
export function layOutJson(value: unknown): string {
  const expanded = JSON.stringify(value, null, 2);
  return `${expanded.replace(LIST_OF_SCALARS, (whole, indent: string, before: string, list: string, comma: string) => {
    const elements = list.trim().split(/\n */).join(' ');
    const line = `${indent}${before}[${elements}]${comma}`;
    return line.length > LINE_WIDTH ? whole : line;
  })}\n`;
}
