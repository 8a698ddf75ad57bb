import { compactJson, type JsonText, objectMembers } from '../../domain/json/raw-json.js';
import type { CdiRequest } from '../request.js';

/**
 * Finds the texts of objects in the body by field, which come back as they were sent: member order, nulls, digits
 * (20-session.md 3). The fields were read as objects before; one that is absent reads as an empty object.
 */
export function payloadTexts(request: CdiRequest): (field: string) => JsonText {
  // The body was parsed, so it is JSON.
  const members = new Map(objectMembers(request.json().text as JsonText));
  return (field) => compactJson(members.get(field) ?? EMPTY);
}

const EMPTY = '{}' as JsonText;
