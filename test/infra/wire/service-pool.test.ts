import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { OutcomeUnknownError } from '../../../infra/ports/event-log.js';
import type { ServiceCall, ServicePool } from '../../../infra/ports/services.js';
import { StoreUnavailableError } from '../../../infra/ports/store-unavailable.js';
import { INTERNAL_PATHS, PROTOCOL, PROTOCOL_HEADER } from '../../../infra/wire/protocol.js';
import { openServicePool, type ServicePoolOptions } from '../../../infra/wire/service-pool.js';
import { rejectionOf } from '../../contract/event-log/fixture.js';
import { freePort } from '../../support/free-port.js';

const KEY = 'the-key-that-all-processes-share';
const NEVER = 2 ** 31 - 1;
const SECRET = 'secret@example.org';

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

/** A process of a service, as far as the pool sees it. */
interface Process {
  readonly url: string;
  /** What it was asked, pings aside. */
  readonly asked: Asked[];
  answer: Answer;
  answerPing: Answer;
  close(): Promise<void>;
}

const says =
  (status: number, text: string, type = 'application/json;charset=UTF-8'): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': type }).end(text);
const refuses = says(503, 'this process is about to stop', 'text/html;charset=UTF-8');
const hangsUp: Answer = (response) => response.destroy();
const hangs: Answer = () => undefined;

describe('the pool of the processes of a service', () => {
  const opened: { close(): Promise<void> }[] = [];
  let changes: string[];
  let wake: () => void;

  beforeEach(() => {
    changes = [];
    wake = () => undefined;
  });
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });

  async function start(answer: Answer, port = 0): Promise<Process> {
    const asked: Asked[] = [];
    const server: Server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const one = { path: request.url ?? '', headers: request.headers, body };
      if (one.path === INTERNAL_PATHS.ping) return process.answerPing(response, one);
      asked.push(one);
      process.answer(response, one);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const process: Process = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked,
      answer,
      answerPing: says(200, '{}'),
      async close() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
    opened.push(process);
    return process;
  }

  function pool(urls: readonly string[], more: Partial<ServicePoolOptions> = {}): ServicePool {
    const made = openServicePool({
      ...{ name: 'command', urls, key: KEY, pingEvery: NEVER },
      onChange(url, isUp) {
        changes.push(`${url} ${isUp ? 'up' : 'down'}`);
        wake();
      },
      ...more,
    });
    opened.push(made);
    return made;
  }

  async function changed(change: string): Promise<void> {
    while (!changes.includes(change))
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }

  const call = (more: Partial<ServiceCall> = {}): ServiceCall => ({
    path: INTERNAL_PATHS.command,
    body: JSON.stringify({ email: SECRET }),
    timeoutMs: 60_000,
    isRepeatable: false,
    ...more,
  });
  const question = (more: Partial<ServiceCall> = {}) =>
    call({ path: INTERNAL_PATHS.query, isRepeatable: true, ...more });
  const nobody = async () => `http://127.0.0.1:${await freePort()}`;

  describe('asks', () => {
    it('with the key, the protocol, the trace context and the body, and gives back the text of the answer', async () => {
      const process = await start(says(200, '{"done":true}\n'));
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
      expect(await pool([process.url]).call(call({ traceparent }))).to.equal('{"done":true}\n');
      const [asked] = process.asked;
      expect(asked).to.include({ path: INTERNAL_PATHS.command, body: JSON.stringify({ email: SECRET }) });
      expect(asked?.headers).to.include({
        authorization: `Bearer ${KEY}`,
        [PROTOCOL_HEADER]: PROTOCOL,
        'content-type': 'application/json;charset=UTF-8',
        traceparent,
      });
    });

    it('without a trace context if there is none', async () => {
      const process = await start(says(200, '{}'));
      await pool([process.url]).call(call());
      expect(process.asked[0]?.headers).to.not.have.property('traceparent');
    });

    it('in turns among those that have as much to do', async () => {
      const processes = [await start(says(200, '{}')), await start(says(200, '{}'))];
      const services = pool(processes.map(({ url }) => url));
      for (let i = 0; i < 10; i++) await services.call(call());
      expect(processes.map(({ asked }) => asked.length)).to.deep.equal([5, 5]);
    });

    it('the one that has the least to do', async () => {
      const held: ServerResponse[] = [];
      const hold: Answer = (response) => held.push(response);
      const slow = await start(hold);
      const quick = await start(says(200, '{}'));
      const services = pool([slow.url, quick.url]);
      const first = services.call(call());
      const second = services.call(call());
      const [stuck, other] = slow.asked.length === 0 ? [first, second] : [second, first];
      await Promise.race([first, second]);
      for (let i = 0; i < 10; i++) await services.call(call());
      expect([slow.asked.length, quick.asked.length]).to.deep.equal([1, 11]);
      for (const response of held) response.end('{}');
      await Promise.all([stuck, other]);
    });
  });

  describe('goes to another process', () => {
    for (const isRepeatable of [true, false]) {
      const what = isRepeatable ? 'a query' : 'a command';

      it(`with ${what} that could not be sent`, async () => {
        const process = await start(says(200, '{}'));
        const services = pool([await nobody(), process.url]);
        for (let i = 0; i < 4; i++) expect(await services.call(call({ isRepeatable }))).to.equal('{}');
      });

      it(`with ${what} that could not be sent to any of the addresses of a name`, async () => {
        const process = await start(says(200, '{}'));
        const services = pool([(await nobody()).replace('127.0.0.1', 'localhost'), process.url]);
        for (let i = 0; i < 4; i++) expect(await services.call(call({ isRepeatable }))).to.equal('{}');
      });

      for (const status of [503, 400, 401, 404, 413])
        it(`with ${what} that was answered with ${status}`, async () => {
          const refusing = await start(says(status, 'no', 'text/html'));
          const process = await start(says(200, '{}'));
          const services = pool([refusing.url, process.url]);
          for (let i = 0; i < 4; i++) expect(await services.call(call({ isRepeatable }))).to.equal('{}');
          expect(refusing.asked).to.not.be.empty;
        });
    }

    it('and asks each at most once, and says what the last one said', async () => {
      const processes = [await start(refuses), await start(refuses), await start(refuses)];
      const error = await rejectionOf(pool(processes.map(({ url }) => url)).call(call()));
      expect(error).to.be.instanceOf(StoreUnavailableError);
      expect(error.message).to.equal('no command service takes requests');
      expect(String(error.cause)).to.match(/answered 503: this process is about to stop$/);
      expect(processes.map(({ asked }) => asked.length)).to.deep.equal([1, 1, 1]);
    });
  });

  describe('when it is unknown what became of a request', () => {
    const troubles: readonly (readonly [string, Answer, Partial<ServiceCall>])[] = [
      ['the connection ended after it was read', hangsUp, {}],
      [
        'the connection ended within the answer',
        (response) => {
          response.writeHead(200, { 'Content-Length': 100 });
          response.write('{"do', () => response.destroy());
        },
        {},
      ],
      ['no answer came in time', hangs, { timeoutMs: 50 }],
      [
        'the answer did not end in time',
        (response) => {
          response.writeHead(200);
          response.write('{');
        },
        { timeoutMs: 50 },
      ],
      ['something on the way answered 502', says(502, 'Bad Gateway', 'text/html'), {}],
      ['something on the way answered 504', says(504, 'Gateway Timeout', 'text/html'), {}],
      ['it answered 500', says(500, 'Internal error', 'text/html'), {}],
    ];
    for (const [how, trouble, more] of troubles) {
      it(`does not repeat a command: ${how}`, async () => {
        const processes = [await start(trouble), await start(trouble)];
        const error = await rejectionOf(pool(processes.map(({ url }) => url)).call(call(more)));
        expect(error).to.be.instanceOf(OutcomeUnknownError);
        expect(processes.map(({ asked }) => asked.length).sort()).to.deep.equal([0, 1]);
      });

      it(`asks another process the same query: ${how}`, async () => {
        const troubled = [await start(trouble), await start(trouble)];
        const process = await start(says(200, '{"found":true}'));
        const services = pool([...troubled, process].map(({ url }) => url));
        for (let i = 0; i < 3; i++) expect(await services.call(question(more))).to.equal('{"found":true}');
        expect(troubled.flatMap(({ asked }) => asked)).to.not.be.empty;
      });
    }

    it('says that none takes requests once every process was asked the query', async () => {
      const processes = [await start(hangsUp), await start(hangsUp)];
      const error = await rejectionOf(pool(processes.map(({ url }) => url)).call(question()));
      expect(error).to.be.instanceOf(StoreUnavailableError);
      expect(processes.map(({ asked }) => asked.length)).to.deep.equal([1, 1]);
    });

    it('waiting for a connection is part of the time, when all are taken', async () => {
      const process = await start(hangs);
      const services = pool([process.url]);
      const stuck = Array.from({ length: 64 }, () => services.call(call()).catch(() => undefined));
      expect(await rejectionOf(services.call(call({ timeoutMs: 50 })))).to.be.instanceOf(OutcomeUnknownError);
      await process.close();
      await Promise.all(stuck);
    });
  });

  describe('a process that fails', () => {
    it('is left out after two failures in a row, and asked again once it answers a ping', async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const services = pool([url], { pingEvery: 10 });
      await changed(`${url} down`);
      expect(services.available()).to.equal(0);
      expect((await rejectionOf(services.call(call()))).cause).to.equal(undefined);
      const process = await start(says(200, '{}'), port);
      await changed(`${url} up`);
      expect(services.available()).to.equal(1);
      expect(await services.call(call())).to.equal('{}');
      expect(process.asked).to.have.length(1);
      expect(changes).to.deep.equal([`${url} down`, `${url} up`]);
    });

    it('is asked again after one failure, and left out after the second', async () => {
      const process = await start(hangsUp);
      const services = pool([process.url]);
      await rejectionOf(services.call(call()));
      expect(services.available()).to.equal(1);
      await rejectionOf(services.call(call()));
      expect(services.available()).to.equal(0);
      await rejectionOf(services.call(call()));
      expect(process.asked).to.have.length(2);
      expect(changes).to.deep.equal([`${process.url} down`]);
    });

    it('is not left out for two failures between which it has answered', async () => {
      const process = await start(hangsUp);
      const services = pool([process.url]);
      for (const answer of [hangsUp, says(200, '{}'), hangsUp]) {
        process.answer = answer;
        await services.call(call()).catch(() => undefined);
      }
      expect(services.available()).to.equal(1);
    });

    it('is neither left out for refusing, nor believed to be well', async () => {
      const process = await start(refuses);
      const services = pool([process.url]);
      for (const answer of [refuses, refuses, hangsUp, refuses]) {
        process.answer = answer;
        await services.call(call()).catch(() => undefined);
      }
      expect(services.available()).to.equal(1);
      process.answer = hangsUp;
      await services.call(call()).catch(() => undefined);
      expect(services.available()).to.equal(0);
    });

    it('does not keep the others from being asked', async () => {
      const failing = await start(hangsUp);
      const process = await start(says(200, '{}'));
      const services = pool([failing.url, process.url]);
      for (let i = 0; i < 20; i++) await services.call(question());
      expect(failing.asked).to.have.length(2);
      expect(process.asked).to.have.length(20);
    });

    it('is left out at once when it refuses a ping, as long as it does', async () => {
      const process = await start(says(200, '{}'));
      process.answerPing = refuses;
      const services = pool([process.url], { pingEvery: 10 });
      await changed(`${process.url} down`);
      expect(await rejectionOf(services.call(call()))).to.be.instanceOf(StoreUnavailableError);
      expect(process.asked).to.be.empty;
      process.answerPing = says(200, '{}');
      await changed(`${process.url} up`);
      expect(await services.call(call())).to.equal('{}');
    });

    it('is pinged with the key and the protocol', async () => {
      const pinged: Asked[] = [];
      const process = await start(says(200, '{}'));
      process.answerPing = (response, asked) => {
        pinged.push(asked);
        refuses(response, asked);
      };
      pool([process.url], { pingEvery: 10 });
      await changed(`${process.url} down`);
      expect(pinged[0]?.headers).to.include({ authorization: `Bearer ${KEY}`, [PROTOCOL_HEADER]: PROTOCOL });
    });
  });

  it('tells neither the key nor what was sent, however it fails', async () => {
    const echoes: Answer = (response, { body, headers }) =>
      says(503, JSON.stringify({ body, key: headers.authorization }))(response, { path: '', headers, body });
    for (const [trouble, timeoutMs] of [
      [echoes, 60_000],
      [hangsUp, 60_000],
      [hangs, 50],
    ] as const)
      for (const isRepeatable of [true, false]) {
        const { url } = await start(trouble);
        const told = inspect(await rejectionOf(pool([url]).call(call({ isRepeatable, timeoutMs }))), { depth: 20 });
        expect(told).to.not.include(KEY);
        expect(told).to.not.include(SECRET);
      }
  });

  it('tells operators no more than the beginning of a long reason', async () => {
    const { url } = await start(says(503, 'x'.repeat(100_000), 'text/html'));
    const error = await rejectionOf(pool([url]).call(call()));
    expect(String(error.cause).length).to.be.below(300);
  });

  it('ends what is under way when it is closed, without taking the processes for gone', async () => {
    const process = await start(hangs);
    const services = openServicePool({
      ...{ name: 'command', urls: [process.url], key: KEY, pingEvery: NEVER },
      onChange: (url) => changes.push(url),
    });
    const asked = services.call(call());
    const error = rejectionOf(asked);
    await services.close();
    expect(await error).to.be.instanceOf(OutcomeUnknownError);
    expect(changes).to.deep.equal([]);
  });
});
