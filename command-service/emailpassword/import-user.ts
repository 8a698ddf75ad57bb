import { replaceImportedHash } from '../../domain/emailpassword/decide.js';
import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import { User, userStream } from '../../domain/user/user.js';
import { command, type Target } from '../command.js';
import { createUser } from './create-user.js';

export interface ImportUserInput {
  readonly target: Target;
  readonly email: string;
  /** Trimmed, and of a format that was checked. Stored verbatim. */
  readonly passwordHash: string;
}

export interface ImportUserResult {
  readonly userId: string;
  /** Of the user that was made, in ms since the epoch; null for one that was there. */
  readonly timeJoined: number | null;
}

/** Makes a user with a hash made elsewhere, or replaces the hash of the one there is (30-emailpassword.md 2.8). */
export const importUser = command<ImportUserInput, ImportUserResult>(
  'ImportUser',
  (context, { target, email, passwordHash }) => {
    const normalised = normaliseEmail(email);
    return context.transact(async (tx) => {
      const created = await createUser(tx, context, target, { email: normalised, passwordHash, cause: 'import' });
      if (created) return { userId: created.userId, timeJoined: created.at };
      const identity = await tx.load(Identity, identityStream(target.appKey, target.tenantKey, 'email', normalised));
      const userId = identity.holders.emailpassword;
      if (userId === undefined) throw new Error('an email is taken, but by nobody');
      const userStreamId = userStream(target.appKey, userId);
      const user = await tx.load(User, userStreamId);
      tx.append(User, userStreamId, replaceImportedHash(user, passwordHash, context.now()).events);
      return { userId, timeJoined: null };
    });
  },
);
