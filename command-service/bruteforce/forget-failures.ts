import { failuresMatterForMs } from '../../domain/bruteforce/policy.js';
import { SIGN_IN_FAILURES_PREFIX, type SignInFailuresEvent } from '../../domain/bruteforce/sign-in-failures.js';
import { BEGINNING } from '../../infra/ports/event-log.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import { command } from '../command.js';

const EVENTS_AT_ONCE = 500;

export interface ForgetFailuresInput {
  /** Where the last run stopped: a position in decimal digits. Null to start at the beginning of the log. */
  readonly after: string | null;
}

export interface ForgetFailuresResult {
  /** Where to go on. */
  readonly after: string | null;
  /** There is more to be looked at now. */
  readonly hasMore: boolean;
}

/**
 * Deletes streams of failed sign-ins whose last event is too old to change a decision: some at a time, in the order of
 * the log, each event once. A failure in the same instant may be forgotten with them.
 */
export const forgetSignInFailures = command<ForgetFailuresInput, ForgetFailuresResult>(
  'ForgetSignInFailures',
  async (context, { after }) => {
    const { store, deleteStream, signInProtection } = context;
    const before = context.now() - failuresMatterForMs(signInProtection);
    const page = await store.readAll({
      after: after === null ? BEGINNING : BigInt(after),
      limit: EVENTS_AT_ONCE,
      filter: { streamPrefixes: [SIGN_IN_FAILURES_PREFIX] },
    });
    const firstYoung = page.findIndex((event) => atOf(event) >= before);
    const old = firstYoung < 0 ? page : page.slice(0, firstYoung);
    for (const stream of new Set(old.map((event) => event.stream))) {
      const last = (await store.readStream(stream))?.at(-1);
      if (last && atOf(last) < before) await deleteStream(stream);
    }
    return {
      after: old.at(-1)?.position.toString() ?? after,
      hasMore: firstYoung < 0 && page.length === EVENTS_AT_ONCE,
    };
  },
);

function atOf(event: StoredEvent): number {
  return (event as unknown as SignInFailuresEvent).data.at;
}
