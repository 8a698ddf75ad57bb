import { expect } from 'chai';
import { type BusEndpointDeps, commandEndpoint, queryEndpoint } from '../../cli/roles/bus-endpoints.js';
import type { InternalAnswer, InternalEndpoint } from '../../cli/roles/internal-server.js';
import { remoteCommandBus, remoteQueryBus } from '../../cli/roles/remote-buses.js';
import { commands } from '../../command-service/catalogue.js';
import type { CommandBus, CommandOutcome, MessageMeta } from '../../command-service/command.js';
import { OutcomeUnknownError, type Position } from '../../infra/ports/event-log.js';
import { HasherOverloadedError } from '../../infra/ports/password-hasher.js';
import type { ServiceCall, ServicePool } from '../../infra/ports/services.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';
import { RemoteFaultError } from '../../infra/wire/failures.js';
import { INTERNAL_PATHS } from '../../infra/wire/protocol.js';
import { tenancyView } from '../../projections/tenancy/registry.js';
import { queries } from '../../query-service/catalogue.js';
import type { QueryBus } from '../../query-service/query.js';
import { rejectionOf } from '../contract/event-log/fixture.js';
import { silentLogger } from '../support/silent-logger.js';

const SECRET = 'ann@example.org';
const META: MessageMeta = {
  correlationId: 'c-1',
  actor: 'api-key:abc',
  cdiVersion: '5.2',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
};

const named = <T extends { readonly name: string }>(name: string, catalogue: ReadonlyMap<string, T>): T => {
  const found = catalogue.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const signUp = named('SignUp', commands);
const probeStore = named('ProbeStore', queries);

/** A process that handles messages, and one that sends them to it. */
function joined(handle: (name: string, input: unknown, meta?: MessageMeta) => Promise<unknown>) {
  const world = { isStale: false, knows: true, tenancy: 41n as Position };
  const logged: { readonly fields: object; readonly message: string }[] = [];
  const waits: unknown[] = [];
  const calls: ServiceCall[] = [];
  const handled: { readonly name: string; readonly input: unknown; readonly meta: MessageMeta | undefined }[] = [];

  const deps: BusEndpointDeps = {
    kept: {
      async waitFor(views, position) {
        waits.push([views, position]);
        return world.knows;
      },
    },
    isStale: () => world.isStale,
    logger: { ...silentLogger, error: (fields: object, message: string) => logged.push({ fields, message }) },
  };
  const run = (name: string, input: unknown, meta?: MessageMeta) => {
    handled.push({ name, input, meta });
    return handle(name, input, meta);
  };
  const commandBus: CommandBus = {
    send: ({ name }, input, meta) => run(name, input, meta) as Promise<CommandOutcome<never>>,
  };
  const queryBus: QueryBus = { ask: ({ name }, input) => run(name, input) as Promise<never> };
  const endpoints = new Map<string, InternalEndpoint>(
    [commandEndpoint(commandBus, deps), queryEndpoint(queryBus, deps)].map((endpoint) => [endpoint.path, endpoint]),
  );
  const answer = (path: string, body: unknown): Promise<InternalAnswer> =>
    endpoints.get(path)?.answer(body) ?? Promise.reject(new Error(`no endpoint at ${path}`));

  const services: ServicePool = {
    async call(call) {
      calls.push(call);
      const answered = await answer(call.path, JSON.parse(call.body));
      if (answered.status === 'OK') return answered.json;
      throw new StoreUnavailableError(`${answered.status}: ${answered.reason}`);
    },
    available: () => 1,
    close: async () => undefined,
  };
  return {
    world,
    logged,
    waits,
    calls,
    handled,
    answer,
    commands: remoteCommandBus(services, () => world.tenancy),
    queries: remoteQueryBus(services, () => world.tenancy),
  };
}

const outcome =
  (more: object = {}) =>
  async () => ({ result: { status: 'OK' }, position: undefined, eventTypes: [], ...more });

describe('commands and queries for another process', () => {
  it('a command arrives as it was sent, and its outcome comes back', async () => {
    const position = 2n ** 60n;
    const world = joined(outcome({ result: { user: { email: SECRET } }, position, eventTypes: ['A', 'B'] }));
    const input = { email: SECRET, list: [1, null, 'x'] };
    expect(await world.commands.send(signUp, input, META)).to.deep.equal({
      result: { user: { email: SECRET } },
      position,
      eventTypes: ['A', 'B'],
    });
    expect(world.handled).to.deep.equal([{ name: 'SignUp', input, meta: META }]);
  });

  it('a command may have no result, no position and the shortest meta data', async () => {
    const world = joined(outcome({ result: undefined }));
    const meta = { correlationId: 'c', actor: 'anonymous' };
    const done = await world.commands.send(signUp, null, meta);
    expect(done).to.deep.equal({ result: undefined, position: undefined, eventTypes: [] });
    expect(world.handled[0]?.meta).to.deep.equal(meta);
  });

  it('a query arrives as it was sent, and its result comes back', async () => {
    for (const result of [{ status: 'OK', users: [] }, null, undefined, false, { failure: 'no failure' }]) {
      const world = joined(async () => result);
      expect(await world.queries.ask(probeStore, { a: 1 })).to.deep.equal(result);
      expect(world.handled).to.deep.equal([{ name: 'ProbeStore', input: { a: 1 }, meta: undefined }]);
    }
  });

  it('a query may be asked of another process when nothing is known of it, a command may not', async () => {
    const world = joined(outcome());
    await world.commands.send(signUp, {}, META);
    await world.queries.ask(probeStore, {});
    const [command, query] = world.calls;
    expect(command).to.include({ path: INTERNAL_PATHS.command, isRepeatable: false, traceparent: META.traceparent });
    expect(query).to.include({ path: INTERNAL_PATHS.query, isRepeatable: true });
  });

  for (const [what, send, value] of [
    ['command', (world) => world.commands.send(signUp, {}, META), outcome()],
    ['query', (world) => world.queries.ask(probeStore, {}), async () => null],
  ] as readonly (readonly [string, (world: ReturnType<typeof joined>) => Promise<unknown>, () => Promise<unknown>])[]) {
    const path = what === 'command' ? INTERNAL_PATHS.command : INTERNAL_PATHS.query;

    it(`a ${what} waits until its process knows the apps and tenants that the sender knows`, async () => {
      const world = joined(value);
      await send(world);
      expect(world.waits).to.deep.equal([[[tenancyView.name], 41n]]);
    });

    it(`a ${what} is refused by a process that knows less than the sender, and not handled`, async () => {
      const world = joined(value);
      world.world.knows = false;
      const error = await rejectionOf(send(world));
      expect(error.message).to.equal('REFUSED: this process does not know the latest apps and tenants yet');
      expect(world.handled).to.deep.equal([]);
    });

    it(`a ${what} is refused by a process that the others may have given up, and not handled`, async () => {
      const world = joined(value);
      world.world.isStale = true;
      const error = await rejectionOf(send(world));
      expect(error.message).to.equal('REFUSED: this process has not heard of the others for too long');
      expect(world.handled).to.deep.equal([]);
      expect(world.waits).to.deep.equal([]);
    });

    it(`a ${what} that a process does not know is refused: another one may be newer`, async () => {
      const world = joined(value);
      const message = { name: 'OfTheFuture', input: {}, meta: META, tenancy: '1' };
      const refused = { status: 'REFUSED', reason: `this process knows no ${what} OfTheFuture` };
      expect(await world.answer(path, message)).to.deep.equal(refused);
    });

    it(`what is no ${what} is malformed, and its values are not quoted`, async () => {
      const world = joined(value);
      for (const message of [
        undefined,
        null,
        'x',
        [],
        {},
        { name: SECRET.repeat(10), input: {}, meta: META, tenancy: '1' },
      ]) {
        const answer = await world.answer(path, message);
        expect(answer.status).to.equal('MALFORMED');
        expect(JSON.stringify(answer)).to.not.include(SECRET);
      }
      expect(world.handled).to.deep.equal([]);
    });

    it(`a failure of a ${what} that is known is the same here, and not logged there`, async () => {
      const world = joined(() => Promise.reject(new HasherOverloadedError(3)));
      const error = await rejectionOf(send(world));
      expect(error).to.be.instanceOf(HasherOverloadedError).and.include({ retryAfterSeconds: 3 });
      expect(world.logged).to.deep.equal([]);
    });

    it(`a failure of a ${what} that is not known tells nothing here, and is logged there`, async () => {
      const fault = new Error(SECRET);
      const world = joined(() => Promise.reject(fault));
      const error = await rejectionOf(send(world));
      expect(error).to.be.instanceOf(RemoteFaultError);
      expect(error.message).to.not.include(SECRET);
      const message = what === 'command' ? 'SignUp' : 'ProbeStore';
      const line = { fields: { err: fault, message }, message: 'a command or query threw an exception' };
      expect(world.logged).to.deep.equal([line]);
    });

    it(`a ${what} whose result can not be sent is a fault`, async () => {
      const world = joined(async () => ({ result: 1n, eventTypes: [] }));
      expect(await rejectionOf(send(world))).to.be.instanceOf(RemoteFaultError);
      expect(world.logged).to.have.length(1);
    });
  }

  describe('an answer that is none', () => {
    const answering = (text: string): ServicePool => ({
      call: async () => text,
      available: () => 1,
      close: async () => undefined,
    });
    const texts = [
      '',
      'null',
      '[]',
      `{"${SECRET}`,
      `"${SECRET}"`,
      '{"failure":1}',
      '{"result":1,"position":5,"eventTypes":[]}',
    ];

    it('leaves open what became of a command, and is not quoted', async () => {
      for (const text of [...texts, '{"result":1}']) {
        const bus = remoteCommandBus(answering(text), () => 1n);
        const error = await rejectionOf(bus.send(signUp, {}, META));
        expect(error, text).to.be.instanceOf(OutcomeUnknownError);
        expect(String(error.stack) + String(error.cause)).to.not.include(SECRET);
      }
    });

    it('is a fault of a query, and is not quoted', async () => {
      for (const text of texts.slice(0, -1)) {
        const error = await rejectionOf(remoteQueryBus(answering(text), () => 1n).ask(probeStore, {}));
        expect(error, text).to.be.instanceOf(RemoteFaultError);
        expect(String(error.stack) + String(error.cause)).to.not.include(SECRET);
      }
    });
  });
});
