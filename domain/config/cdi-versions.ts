/** The CDI versions that are spoken, ascending (00-conventions.md 4). */
export const CDI_VERSIONS = ['3.0', '3.1', '4.0', '5.0', '5.1', '5.2', '5.3', '5.4', '5.5', '5.6'] as const;

export type CdiVersion = (typeof CDI_VERSIONS)[number];

/** Whether a text is a version at all: numbers between dots. */
export function isVersionText(text: string): boolean {
  return /^[0-9]+(?:\.[0-9]+)*$/.test(text);
}

/**
 * Compares two versions of any size by their components as numbers; a missing component counts as 0.
 *
 * @returns negative, 0 or positive; both texts must have the syntax of a version
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareDigits(left[i] ?? '0', right[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return Math.sign(left.length - right.length);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
