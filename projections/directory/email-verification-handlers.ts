import type { Transaction } from 'kysely';
import { EXPIRED_TOKEN_KNOWN_MS } from '../../domain/emailverification/email-verification.js';
import {
  EmailUnverified,
  EmailVerificationForgotten,
  EmailVerificationTokenIssued,
  EmailVerificationTokensVoided,
  EmailVerified,
} from '../../domain/emailverification/events.js';
import { on } from '../runner/view.js';
import type { DirectoryTables } from './tables.js';

type Tx = Transaction<DirectoryTables>;

/** Drops what the log says under one key, whoever's ids it is about. */
export async function dropEmailVerification(tx: Tx, app: string, keyName: string): Promise<void> {
  for (const table of ['verified_emails', 'email_verification_tokens'] as const)
    await tx.deleteFrom(table).where('app_key', '=', app).where('key_name', '=', keyName).execute();
}

/** Verified emails, and whose a token is. Tokens nobody presented are forgotten some time after they expired. */
export const emailVerificationHandlers = [
  on(EmailVerificationTokenIssued, async (tx: Tx, data, event) => {
    const { app, tokenHash, userId, keyName, expiresAt, at } = data;
    if (event.erased || userId === null) return;
    await tx
      .deleteFrom('email_verification_tokens')
      .where('app_key', '=', app)
      .where('expires_at', '<', at - EXPIRED_TOKEN_KNOWN_MS)
      .execute();
    const owner = { user_id: userId, key_name: keyName };
    await tx
      .insertInto('email_verification_tokens')
      .values({ app_key: app, token_hash: tokenHash, ...owner, expires_at: expiresAt })
      .onConflict((conflict) => conflict.columns(['app_key', 'token_hash']).doUpdateSet(owner))
      .execute();
  }),
  on(EmailVerificationTokensVoided, async (tx: Tx, { app, tokenHashes }) => {
    await tx
      .deleteFrom('email_verification_tokens')
      .where('app_key', '=', app)
      .where('token_hash', 'in', tokenHashes)
      .execute();
  }),
  on(EmailVerified, async (tx: Tx, { app, userId, email, keyName }, event) => {
    if (event.erased || userId === null || email === null) return;
    await tx
      .insertInto('verified_emails')
      .values({ app_key: app, user_id: userId, email, key_name: keyName })
      .onConflict((conflict) => conflict.columns(['app_key', 'user_id', 'email']).doUpdateSet({ key_name: keyName }))
      .execute();
  }),
  on(EmailUnverified, async (tx: Tx, { app, userId, email }, event) => {
    if (event.erased || userId === null || email === null) return;
    await tx
      .deleteFrom('verified_emails')
      .where((eb) => eb.and({ app_key: app, user_id: userId, email }))
      .execute();
  }),
  on(EmailVerificationForgotten, (tx: Tx, { app, keyName }) => dropEmailVerification(tx, app, keyName)),
];
