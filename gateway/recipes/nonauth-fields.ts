import { z } from 'zod';
import { innermostName } from '../http/input.js';
import { emptyField } from '../http/texts.js';

/** In UTF-16 code units (31-metadata-roles.md A1, B1). */
const MAX_USER_ID = 128;
const MAX_NAME = 255;

function tooLong(name: string, max: number): string {
  return `Field name '${name}' must not be longer than ${max} characters`;
}

/** A user id that data are to be kept under: as it was sent, and possibly empty. */
export function nonAuthUserId() {
  return z.string().max(MAX_USER_ID, { error: (issue) => tooLong(innermostName(issue.path), MAX_USER_ID) });
}

/** The name of a role or permission that is to be made: trimmed, and not empty then. */
export function newName() {
  return z
    .string()
    .trim()
    .min(1, { error: (issue) => emptyField(innermostName(issue.path)) })
    .max(MAX_NAME, { error: (issue) => tooLong(innermostName(issue.path), MAX_NAME) });
}

/** Why an element can't be the name of a permission; undefined if it can. */
function fault(element: unknown): 'type' | 'empty' | 'long' | undefined {
  if (typeof element !== 'string') return 'type';
  const length = element.trim().length;
  if (length === 0) return 'empty';
  return length > MAX_NAME ? 'long' : undefined;
}

/** Permissions, trimmed. The first bad element gives the message, and the rest is not looked at. */
export function zPermissions() {
  return z.array(z.unknown()).transform((elements, context): readonly string[] => {
    const wrong = elements.map(fault).find((found) => found !== undefined);
    if (wrong === undefined) return elements.map((element) => String(element).trim());
    const message =
      wrong === 'empty' ? "Field name 'permissions' cannot contain an empty string" : tooLong('permissions', MAX_NAME);
    context.addIssue(wrong === 'type' ? { code: 'custom' } : { code: 'custom', message });
    return z.NEVER;
  });
}
