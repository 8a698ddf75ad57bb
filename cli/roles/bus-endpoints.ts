import { commands } from '../../command-service/catalogue.js';
import type { CommandBus, MessageMeta } from '../../command-service/command.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { Progress } from '../../infra/ports/progress.js';
import { isKnownFailure, sentFailure } from '../../infra/wire/failures.js';
import { commandMessageSchema, queryMessageSchema } from '../../infra/wire/messages.js';
import { INTERNAL_PATHS } from '../../infra/wire/protocol.js';
import { tenancyView } from '../../projections/tenancy/registry.js';
import { queries } from '../../query-service/catalogue.js';
import type { QueryBus } from '../../query-service/query.js';
import { type InternalAnswer, type InternalEndpoint, messageOf } from './internal-server.js';

export interface BusEndpointDeps {
  /** How far this process is with what it keeps in memory. */
  readonly kept: Pick<Progress, 'waitFor'>;
  /** True if others may have stopped waiting for this process, so that it must not answer. */
  readonly isStale: () => boolean;
  readonly logger: Logger;
}

/** How long a process waits for itself to know the apps and tenants that the sender knows, in ms. */
const MAX_WAIT_MS = 2_000;

/** Takes commands from gateways. */
export function commandEndpoint(bus: CommandBus, deps: BusEndpointDeps): InternalEndpoint {
  return {
    path: INTERNAL_PATHS.command,
    async answer(body) {
      const read = messageOf(commandMessageSchema, body);
      if (!read.ok) return read.answer;
      const { name, input, meta, tenancy } = read.message;
      const command = commands.get(name);
      if (!command) return unknown('command', name);
      const refusal = await notReady(deps, tenancy);
      if (refusal) return refusal;
      return answered(name, deps.logger, async () => {
        const { result, position, eventTypes } = await bus.send(command, input, meta as MessageMeta);
        return { result, eventTypes, ...(position === undefined ? {} : { position: String(position) }) };
      });
    },
  };
}

/** Takes queries from gateways. */
export function queryEndpoint(bus: QueryBus, deps: BusEndpointDeps): InternalEndpoint {
  return {
    path: INTERNAL_PATHS.query,
    async answer(body) {
      const read = messageOf(queryMessageSchema, body);
      if (!read.ok) return read.answer;
      const { name, input, tenancy } = read.message;
      const query = queries.get(name);
      if (!query) return unknown('query', name);
      const refusal = await notReady(deps, tenancy);
      return refusal ?? answered(name, deps.logger, async () => ({ result: await bus.ask(query, input) }));
    },
  };
}

/** A gateway of a newer version asks for it: another process may be as new. */
function unknown(what: string, name: string): InternalAnswer {
  return { status: 'REFUSED', reason: `this process knows no ${what} ${name}` };
}

async function notReady({ kept, isStale }: BusEndpointDeps, tenancy: string): Promise<InternalAnswer | undefined> {
  if (isStale()) return { status: 'REFUSED', reason: 'this process has not heard of the others for too long' };
  if (await kept.waitFor([tenancyView.name], BigInt(tenancy), MAX_WAIT_MS)) return undefined;
  return { status: 'REFUSED', reason: 'this process does not know the latest apps and tenants yet' };
}

async function answered(name: string, logger: Logger, run: () => Promise<object>): Promise<InternalAnswer> {
  try {
    return { status: 'OK', json: JSON.stringify(await run()) };
  } catch (err) {
    if (!isKnownFailure(err)) logger.error({ err, message: name }, 'a command or query threw an exception');
    return { status: 'OK', json: JSON.stringify({ failure: sentFailure(err) }) };
  }
}
