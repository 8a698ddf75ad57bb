import { expect } from 'chai';
import type { CommandContext, Target } from '../../../command-service/command.js';
import { resetPassword } from '../../../command-service/emailpassword/reset-password.js';
import { updateCredentials } from '../../../command-service/emailpassword/update-credentials.js';
import type { UserEvent } from '../../../domain/user/events.js';
import { User } from '../../../domain/user/user.js';
import { APP, HOUR, issued, signedUp, T0, USER_ID } from '../../domain/user/fixtures.js';

const target: Target = { cud: '', appId: 'public', tenantId: 'public', appKey: APP, tenantKey: 'public' };

/** A context of one user with this history, which counts what is hashed. */
function contextOf(history: readonly UserEvent[], now: number) {
  let state = history.reduce(User.evolve, User.initial);
  const seen = { hashed: 0, appended: [] as string[] };
  const tx = {
    load: async () => state,
    append(_aggregate: unknown, _stream: unknown, events: readonly UserEvent[]) {
      state = events.reduce(User.evolve, state);
      seen.appended.push(...events.map((event) => event.type));
    },
  };
  const context = {
    now: () => now,
    registry: { config: () => ({ status: 'OK', config: { password_hashing_alg: 'BCRYPT' } }) },
    hasher: {
      async hash() {
        seen.hashed++;
        return 'hash-2';
      },
    },
    transact: (body: (transaction: typeof tx) => unknown) => body(tx),
  } as unknown as CommandContext;
  return { context, seen };
}

describe('a password is hashed for those alone who may set it (30-emailpassword.md W4)', () => {
  const reset = (context: CommandContext) =>
    resetPassword.handle(context, { target, userId: USER_ID, tokenHash: 'token', newPassword: 'new' });

  it('on reset: for a token that is valid', async () => {
    const { context, seen } = contextOf([signedUp, issued('token')], T0 + HOUR);
    expect((await reset(context)).status).to.equal('OK');
    expect(seen).to.deep.equal({ hashed: 1, appended: ['PasswordResetTokensVoided', 'PasswordChanged'] });
  });

  it('on reset: not for an unknown token', async () => {
    const { context, seen } = contextOf([signedUp, issued('other')], T0);
    expect(await reset(context)).to.deep.equal({ status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' });
    expect(seen).to.deep.equal({ hashed: 0, appended: [] });
  });

  it('on reset: not for an expired token, which voids the others all the same', async () => {
    const { context, seen } = contextOf([signedUp, issued('token')], T0 + HOUR + 1);
    expect(await reset(context)).to.deep.equal({ status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' });
    expect(seen).to.deep.equal({ hashed: 0, appended: ['PasswordResetTokensVoided'] });
  });

  it('on change: not for an unknown user', async () => {
    const { context, seen } = contextOf([], T0);
    const change = { target, userId: USER_ID, email: null, password: 'new' };
    expect(await updateCredentials.handle(context, change)).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
    expect(seen).to.deep.equal({ hashed: 0, appended: [] });
  });

  it('on change: not for a change of the email alone', async () => {
    const { context, seen } = contextOf([signedUp], T0);
    const change = { target, userId: USER_ID, email: 'ANN@example.org', password: null };
    expect(await updateCredentials.handle(context, change)).to.deep.equal({ status: 'OK' });
    expect(seen).to.deep.equal({ hashed: 0, appended: [] });
  });
});
