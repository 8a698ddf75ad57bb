import { query } from '../query.js';

export interface ResetTokenOwnerInput {
  readonly appKey: string;
  readonly tokenHash: string;
}

/** The id of the user whose password-reset token this may be, or null: a candidate for that user's stream to confirm. */
export const resetTokenOwner = query<ResetTokenOwnerInput, string | null>(
  'ResetTokenOwner',
  async ({ directory }, { appKey, tokenHash }) => {
    const row = await directory
      .selectFrom('reset_tokens')
      .select('user_id')
      .where('app_key', '=', appKey)
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row?.user_id ?? null;
  },
);
