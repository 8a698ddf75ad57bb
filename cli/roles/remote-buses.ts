import type { CommandBus } from '../../command-service/command.js';
import { OutcomeUnknownError, type Position } from '../../infra/ports/event-log.js';
import type { ServicePool } from '../../infra/ports/services.js';
import { RemoteFaultError, receivedFailure } from '../../infra/wire/failures.js';
import { readJson } from '../../infra/wire/json-text.js';
import { commandAnswerSchema, queryAnswerSchema } from '../../infra/wire/messages.js';
import { INTERNAL_PATHS } from '../../infra/wire/protocol.js';
import type { QueryBus } from '../../query-service/query.js';

/** Longer than a unit of work goes on trying while its log is away. */
const COMMAND_TIMEOUT_MS = 20_000;
const QUERY_TIMEOUT_MS = 5_000;

/** Sends commands to processes of the role `command`. @param tenancy how far this process knows apps and tenants */
export function remoteCommandBus(services: ServicePool, tenancy: () => Position): CommandBus {
  return {
    async send<I, R>({ name }: { readonly name: string }, input: I, meta: Parameters<CommandBus['send']>[2]) {
      const { traceparent } = meta;
      const text = await services.call({
        path: INTERNAL_PATHS.command,
        body: JSON.stringify({ name, input, meta, tenancy: String(tenancy()) }),
        timeoutMs: COMMAND_TIMEOUT_MS,
        isRepeatable: false,
        ...(traceparent === undefined ? {} : { traceparent }),
      });
      const answer = readJson(commandAnswerSchema, text);
      if (!answer) throw new OutcomeUnknownError(`the command service gave an answer to ${name} that is none`);
      if ('failure' in answer) throw receivedFailure(answer.failure);
      const position = answer.position === undefined ? undefined : BigInt(answer.position);
      return { result: answer.result as R, position, eventTypes: answer.eventTypes };
    },
  };
}

/** Asks processes of the role `query`; another one if the first does not answer. */
export function remoteQueryBus(services: ServicePool, tenancy: () => Position): QueryBus {
  return {
    async ask<I, R>({ name }: { readonly name: string }, input: I) {
      const text = await services.call({
        path: INTERNAL_PATHS.query,
        body: JSON.stringify({ name, input, tenancy: String(tenancy()) }),
        timeoutMs: QUERY_TIMEOUT_MS,
        isRepeatable: true,
      });
      const answer = readJson(queryAnswerSchema, text);
      if (!answer) throw new RemoteFaultError(`the query service gave an answer to ${name} that is none`);
      if (answer.failure) throw receivedFailure(answer.failure);
      return answer.result as R;
    },
  };
}
