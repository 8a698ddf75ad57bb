import { z } from 'zod';
import { MAX_EMAIL_LENGTH, normaliseEmail } from '../../domain/emailpassword/email.js';
import { factorEra, isRecipeEnabled } from '../../domain/tenancy/factors.js';
import { resetTokenOwner } from '../../query-service/users/reset-token-owner.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { UserRecord } from '../../query-service/users/user-record.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';

export const EMPTY_PASSWORD = 'Password cannot be an empty string';

/** An email that is about to be stored (30-emailpassword.md 1.1, W9). */
export const newEmail = z.string().refine((email) => normaliseEmail(email).length <= MAX_EMAIL_LENGTH, {
  error: `Field name 'email' must not be longer than ${MAX_EMAIL_LENGTH} characters`,
});

/** The addressed tenant, where sign-in by email and password must be open (30-emailpassword.md 1.7). */
export function enabledTenant(request: CdiRequest): ReturnType<CdiRequest['tenant']> {
  const target = request.tenant();
  const factors = request.deps.registry.tenant(target)?.factors;
  if (factors && !isRecipeEnabled(factors, 'emailPassword', factorEra(request.version)))
    refuse(403, 'Email password login not enabled for tenant');
  return target;
}

/** A user that a command just made or changed: it is there, so that not to find it is a fault. */
export async function knownUser(request: CdiRequest, appKey: string, userId: string): Promise<UserRecord> {
  const user = await request.ask(userById, { appKey, userId });
  if (!user) throw new Error('a user that was just answered is not in the directory');
  return user;
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
