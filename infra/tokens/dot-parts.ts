/**
 * The parts of a text between its dots, without empty ones at the end: "a.b.." has two (20-session.md 4.1, 5.5).
 * Undefined unless there are exactly three. The cost is bounded by the length of the text, whatever it holds.
 */
export function threeDotParts(text: string): readonly [string, string, string] | undefined {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === '.') end--;
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  if (first === -1 || second === -1 || second >= end) return undefined;
  const third = text.slice(second + 1, end);
  if (third.includes('.')) return undefined;
  return [text.slice(0, first), text.slice(first + 1, second), third];
}
