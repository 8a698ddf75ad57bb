import { query } from '../query.js';

export interface VerificationTokenOwnerInput {
  readonly appKey: string;
  readonly tokenHash: string;
}

/** The user id that an email verification token may be of, or null: a candidate for that id's stream to confirm. */
export const verificationTokenOwner = query<VerificationTokenOwnerInput, string | null>(
  'VerificationTokenOwner',
  async ({ directory }, { appKey, tokenHash }) => {
    const row = await directory
      .selectFrom('email_verification_tokens')
      .select('user_id')
      .where('app_key', '=', appKey)
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row?.user_id ?? null;
  },
);
