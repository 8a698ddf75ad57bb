/** The interface versions spoken, ascending (00-conventions.md 4). */
export const supportedCdiVersions: readonly string[] = [
  '3.0',
  '3.1',
  '4.0',
  '5.0',
  '5.1',
  '5.2',
  '5.3',
  '5.4',
  '5.5',
  '5.6',
];

/** Whether a text is a version at all: numbers between dots. */
export function isVersionText(text: string): boolean {
  return /^[0-9]+(\.[0-9]+)*$/.test(text);
}

/**
 * Compares two version texts component by component, missing ones being 0: negative if `a` is older, 0 if they are
 * equal (`5.4` and `5.4.0`), positive if it is newer. Components may be of any size.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = BigInt(left[index] ?? '0') - BigInt(right[index] ?? '0');
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
