import { z } from 'zod';
import { MAX_EMAIL_LENGTH, normaliseEmail } from '../../domain/emailpassword/email.js';
import { resetTokenOwner } from '../../query-service/users/reset-token-owner.js';
import type { CdiRequest } from '../request.js';
import { tenantWithRecipe } from './enabled-tenant.js';

export const EMPTY_PASSWORD = 'Password cannot be an empty string';

/** An email that is about to be stored (30-emailpassword.md 1.1, W9). */
export const newEmail = z.string().refine((email) => normaliseEmail(email).length <= MAX_EMAIL_LENGTH, {
  error: `Field name 'email' must not be longer than ${MAX_EMAIL_LENGTH} characters`,
});

/** The addressed tenant, where sign-in by email and password must be open (30-emailpassword.md 1.7). */
export function enabledTenant(request: CdiRequest): ReturnType<CdiRequest['tenant']> {
  return tenantWithRecipe(request, 'emailPassword');
}

/** A presented reset token with the user it may belong to, or undefined if there is no such token. */
export async function presentedResetToken(
  request: CdiRequest,
  appKey: string,
  tokenHash: string,
): Promise<{ readonly appKey: string; readonly tokenHash: string; readonly userId: string } | undefined> {
  const userId = await request.ask(resetTokenOwner, { appKey, tokenHash });
  return userId === null ? undefined : { appKey, tokenHash, userId };
}
