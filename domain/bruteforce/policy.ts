/** The most failures that are counted one by one. */
export const MAX_COUNTED_FAILURES = 1_000;

/** How sign-ins are protected. Times in ms; 0 failures turn a rule off. */
export interface SignInProtection {
  readonly accountFailures: number;
  readonly sourceFailures: number;
  readonly windowMs: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/** When failures lead to a block, and for how long. Times in ms. */
export interface LockoutPolicy {
  /** So many failures within the window block. */
  readonly failures: number;
  /** So many failures after a block lead to the next one, if they come within a window of its end. */
  readonly failuresAfterBlock: number;
  readonly windowMs: number;
  /** How long the first block lasts; each that follows it lasts twice as long as the one before. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/** The rule for accounts, if there is one: after a block, every further failure blocks again. */
export function accountPolicy(protection: SignInProtection): LockoutPolicy | undefined {
  const { accountFailures: failures, windowMs, backoffMs, maxBackoffMs } = protection;
  return failures === 0 ? undefined : { failures, failuresAfterBlock: 1, windowMs, backoffMs, maxBackoffMs };
}

/** The rule for sources, if there is one. Many people may share a source, so each block takes the full number again. */
export function sourcePolicy(protection: SignInProtection): LockoutPolicy | undefined {
  const { sourceFailures: failures, windowMs, backoffMs, maxBackoffMs } = protection;
  return failures === 0 ? undefined : { failures, failuresAfterBlock: failures, windowMs, backoffMs, maxBackoffMs };
}

/** After how many ms a stream of failures can't change a decision any more. */
export function failuresMatterForMs({ windowMs, maxBackoffMs }: SignInProtection): number {
  return windowMs + maxBackoffMs;
}
