import type { Transaction } from 'kysely';
import { PasswordResetTokenIssued, PasswordResetTokensVoided } from '../../domain/user/events.js';
import { EXPIRED_RESET_TOKEN_KNOWN_MS } from '../../domain/user/user.js';
import { on } from '../runner/view.js';
import type { DirectoryTables } from './tables.js';

type Tx = Transaction<DirectoryTables>;

/** Whose a reset token is, by its hash. Tokens nobody presented are forgotten some time after they expired. */
export const resetTokenHandlers = [
  on(PasswordResetTokenIssued, async (tx: Tx, data, event) => {
    if (event.erased) return;
    await tx
      .deleteFrom('reset_tokens')
      .where('app_key', '=', data.app)
      .where('expires_at', '<', data.at - EXPIRED_RESET_TOKEN_KNOWN_MS)
      .execute();
    await tx
      .insertInto('reset_tokens')
      .values({ app_key: data.app, token_hash: data.tokenHash, user_id: data.userId, expires_at: data.expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }),
  on(PasswordResetTokensVoided, async (tx: Tx, { app, userId }) => {
    await tx.deleteFrom('reset_tokens').where('app_key', '=', app).where('user_id', '=', userId).execute();
  }),
];
