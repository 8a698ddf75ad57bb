/** A position as text that sorts like the number. */
export function sortablePosition(position: bigint): string {
  return String(position).padStart(20, '0');
}
