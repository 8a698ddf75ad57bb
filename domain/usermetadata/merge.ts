import { type JsonText, objectMembers, objectText } from '../json/raw-json.js';

/** The metadata of an id of which nothing is kept. */
export const EMPTY_METADATA = '{}' as JsonText;

/**
 * Merges the top-level members of an update into metadata (31-metadata-roles.md A1): one that is null goes, any other
 * is replaced whole and moves to the end. Both are texts of objects; values keep their text.
 */
export function merge(metadata: JsonText, update: JsonText): JsonText {
  const members = new Map(objectMembers(metadata));
  for (const [name, value] of objectMembers(update)) {
    members.delete(name);
    if (value !== 'null') members.set(name, value);
  }
  return objectText(members);
}

/** Whether an update would leave metadata as they are: it is empty, or takes away only what is not there. */
export function changesNothing(metadata: JsonText, update: JsonText): boolean {
  const known = new Map(objectMembers(metadata));
  return objectMembers(update).every(([name, value]) => value === 'null' && !known.has(name));
}
