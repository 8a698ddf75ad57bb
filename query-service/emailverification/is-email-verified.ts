import {
  EmailVerification,
  emailVerificationStream,
  isVerified,
} from '../../domain/emailverification/email-verification.js';
import { directoryView } from '../../projections/directory/view.js';
import { foldStream } from '../fold-stream.js';
import { query } from '../query.js';

export interface IsEmailVerifiedInput {
  readonly appKey: string;
  /** Any text; it is not translated. */
  readonly userId: string;
  /** Compared character by character. */
  readonly email: string;
}

/** Whether an email is verified for this very id (30-emailpassword.md 5.3). */
export const isEmailVerified = query<IsEmailVerifiedInput, boolean>(
  'IsEmailVerified',
  async ({ directory, progress, store }, { appKey, userId, email }) => {
    if (progress.isBehind(directoryView.name))
      return isVerified(await foldStream(store, EmailVerification, emailVerificationStream(appKey, userId)), email);
    const mark = await directory
      .selectFrom('verified_emails')
      .select('email')
      .where((eb) => eb.and({ app_key: appKey, user_id: userId, email }))
      .executeTakeFirst();
    return mark !== undefined;
  },
);
