import { DEFAULT_CUD, type TenantAddress } from '../../domain/tenancy/ids.js';
import type { CommandContext } from '../command.js';
import type { Tx } from '../unit-of-work.js';

/**
 * Runs a decision on the tenancy of an app. Those on one app, or on the apps of one connection URI domain, take turns in
 * this process (10-multitenancy.md 13), so that a crowd of them does not wear itself out in conflicts. What keeps them
 * right is the log alone, here and across processes.
 */
export async function transactInTurn<R>(
  context: CommandContext,
  { cud, appId }: Pick<TenantAddress, 'cud' | 'appId'>,
  body: (tx: Tx) => Promise<R>,
): Promise<R> {
  const { tenancyTurns } = context.memory;
  const key = cud === DEFAULT_CUD ? appId : `@${cud}`;
  const before = tenancyTurns.get(key);
  const running = (async () => {
    await before;
    return context.transact(body);
  })();
  const turn = running.then(
    () => undefined,
    () => undefined,
  );
  tenancyTurns.set(key, turn);
  try {
    return await running;
  } finally {
    if (tenancyTurns.get(key) === turn) tenancyTurns.delete(key);
  }
}
