import { accountFailuresStream } from '../../domain/bruteforce/sign-in-failures.js';
import { identityStream } from '../../domain/identity/identity.js';
import { nameOfIncarnation } from '../../domain/tenancy/keys.js';
import { type AccountInfo, accountInfosOf } from '../../domain/user/login-method.js';
import { User } from '../../domain/user/user.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import type { PastReader } from './past.js';

/** An event of a stream whose name hides what it is about. */
export interface AccountInfoEvent {
  readonly event: StoredEvent;
  readonly accountInfo: AccountInfo & {
    /** Its name. */
    readonly tenant: string;
  };
}

interface Known {
  readonly userId: string;
  readonly user: readonly StoredEvent[];
}

/**
 * Reads who held the account infos that some people ever had, in every tenant that one of them was ever in, and the
 * failed sign-ins by them. Those of erased people are not known any more. The answer gives what is about one, by user id.
 */
export async function accountInfoEvents(
  reader: PastReader,
  appKey: string,
  people: readonly Known[],
): Promise<(userId: string) => readonly AccountInfoEvent[]> {
  const { tenantKeys, infos } = everythingOf(people);
  const byUser = new Map<string, AccountInfoEvent[]>(people.map(({ userId }) => [userId, []]));
  for (const tenantKey of tenantKeys)
    for (const info of infos) {
      const accountInfo = { ...info, tenant: nameOfIncarnation(tenantKey) };
      const { kind, value } = info;
      for (const event of await reader.events(identityStream(appKey, tenantKey, kind, value)))
        byUser.get(userIdIn(event) ?? '')?.push({ event, accountInfo });
      if (kind !== 'email') continue;
      let guessed: string | undefined;
      for (const event of await reader.events(accountFailuresStream(appKey, tenantKey, value))) {
        // Blocks and pardons follow the failures of one account.
        guessed = userIdIn(event) ?? guessed;
        byUser.get(guessed ?? '')?.push({ event, accountInfo });
      }
    }
  return (userId) => byUser.get(userId) ?? [];
}

function userIdIn({ data }: StoredEvent): string | undefined {
  return (data as { userId?: string | null }).userId ?? undefined;
}

function everythingOf(people: readonly Known[]) {
  const tenantKeys = new Set<string>();
  const infos = new Map<string, AccountInfo>();
  for (const { user } of people) {
    let state = User.initial;
    for (const event of user) {
      state = User.evolve(state, event as unknown as Parameters<typeof User.evolve>[1]);
      for (const tenantKey of state.method?.tenants ?? []) tenantKeys.add(tenantKey);
      const known = state.method && !event.erased ? accountInfosOf(state.method) : [];
      for (const info of known) infos.set(`${info.kind} ${info.value}`, info);
    }
  }
  return { tenantKeys, infos: [...infos.values()] };
}
