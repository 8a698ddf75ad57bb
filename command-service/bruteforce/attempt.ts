import { forgive, mayAttempt, recordFailure } from '../../domain/bruteforce/decide.js';
import { accountPolicy, type LockoutPolicy, sourcePolicy } from '../../domain/bruteforce/policy.js';
import {
  accountFailuresStream,
  SignInFailures,
  sourceFailuresStream,
} from '../../domain/bruteforce/sign-in-failures.js';
import type { StreamId } from '../../domain/event.js';
import type { CommandContext, Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';

/** Somebody tries to sign in. */
export interface SignInAttempt {
  readonly target: Target;
  /** Normalised. */
  readonly email: string;
  /** Where it comes from, in the words of the client; null if it does not say. */
  readonly source: string | null;
}

/** What became of an attempt: whether the password fits, and whose it would be (null: nobody has the email). */
export interface PasswordVerdict {
  readonly fits: boolean;
  readonly userId: string | null;
}

interface Rule {
  readonly stream: StreamId;
  readonly policy: LockoutPolicy;
  /** Whether a sign-in forgives the failures: that of a guesser's own account must not clear their source. */
  readonly isForgiving: boolean;
}

/** Whether an attempt is refused before the password is looked at. */
export async function isBlocked(context: CommandContext, attempt: SignInAttempt): Promise<boolean> {
  const rules = rulesFor(context, attempt);
  if (rules.length === 0) return false;
  const blocked = await context.transact((tx) => anyBlocks(tx, rules, context.now()));
  if (blocked) context.onSignInRefused('blocked');
  return blocked;
}

/**
 * Decides an attempt whose password was looked at, and records what it means for the next ones. Attempts side by side
 * are decided one after the other, and one that ends in a block is refused even if the password fits: so no more than
 * the allowed number ever learn anything.
 *
 * @returns whether they are signed in
 */
export async function settle(
  context: CommandContext,
  attempt: SignInAttempt,
  { fits, userId }: PasswordVerdict,
): Promise<boolean> {
  const rules = rulesFor(context, attempt);
  const outcome = rules.length === 0 ? verdictOf(fits) : await context.transact((tx) => decide(tx, rules));
  if (outcome !== 'ok') context.onSignInRefused(outcome);
  return outcome === 'ok';

  async function decide(tx: Tx, bound: readonly Rule[]): Promise<'ok' | 'failed' | 'blocked'> {
    const at = context.now();
    if (await anyBlocks(tx, bound, at)) return 'blocked';
    const { appKey: app, tenantKey: tenant } = attempt.target;
    const sourceStream = nameOfSource(context, attempt);
    for (const { stream, policy, isForgiving } of bound) {
      const state = await tx.load(SignInFailures, stream);
      if (!fits) {
        const { events } = recordFailure(state, policy, { app, tenant, at, userId, sourceStream });
        tx.append(SignInFailures, stream, events);
      } else if (isForgiving) {
        tx.append(SignInFailures, stream, forgive(state, { app, tenant, at }).events);
      }
    }
    return verdictOf(fits);
  }
}

function verdictOf(fits: boolean): 'ok' | 'failed' {
  return fits ? 'ok' : 'failed';
}

function rulesFor({ signInProtection }: CommandContext, { target, email, source }: SignInAttempt): readonly Rule[] {
  const { appKey, tenantKey } = target;
  const account = accountPolicy(signInProtection);
  const bySource = source === null ? undefined : sourcePolicy(signInProtection);
  return [
    ...(account
      ? [{ stream: accountFailuresStream(appKey, tenantKey, email), policy: account, isForgiving: true }]
      : []),
    ...(bySource && source !== null
      ? [{ stream: sourceFailuresStream(appKey, source), policy: bySource, isForgiving: false }]
      : []),
  ];
}

async function anyBlocks(tx: Tx, rules: readonly Rule[], now: number): Promise<boolean> {
  const states = await Promise.all(rules.map(({ stream }) => tx.load(SignInFailures, stream)));
  return states.some((state) => !mayAttempt(state, now));
}

function nameOfSource({ store }: CommandContext, { target, source }: SignInAttempt): string | null {
  return source === null ? null : store.streamName(sourceFailuresStream(target.appKey, source));
}
