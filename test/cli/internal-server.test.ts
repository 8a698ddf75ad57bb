import { connect } from 'node:net';
import { expect } from 'chai';
import { z } from 'zod';
import { type InternalAnswer, messageOf, startInternalServer } from '../../cli/roles/internal-server.js';
import type { HttpServer } from '../../infra/http/server.js';
import type { Readiness } from '../../infra/ports/readiness.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import {
  INTERNAL_PATHS,
  MAX_MESSAGE_BYTES,
  PING_EVERY_MS,
  PROTOCOL,
  PROTOCOL_HEADER,
} from '../../infra/wire/protocol.js';
import { type Answer, call, gate, wire } from '../infra/http/client.js';
import { silentLogger } from '../support/silent-logger.js';

const KEY = '0123456789abcdef0123456789abcdef';
const FORMER_KEY = 'f'.repeat(32);
const KNOWN = { authorization: `Bearer ${KEY}` };
const HEADERS = { ...KNOWN, [PROTOCOL_HEADER]: PROTOCOL };
const MESSAGE = '{"text":"hello"}';

const messageSchema = z.object({ text: z.string() });

describe('the server that other services of the installation ask', () => {
  let server: HttpServer;
  let readiness: Readiness;
  let logged: { readonly fields: object; readonly message: string }[];
  let answer: (message: { readonly text: string }) => Promise<InternalAnswer>;

  before(async () => {
    server = await startInternalServer({
      ...{ host: '127.0.0.1', port: 0, keys: [KEY, FORMER_KEY] },
      endpoints: [
        {
          path: INTERNAL_PATHS.query,
          async answer(body) {
            const read = messageOf(messageSchema, body);
            return read.ok ? answer(read.message) : read.answer;
          },
        },
      ],
      readiness: async () => readiness,
      telemetry: prometheusTelemetry({}),
      logger: { ...silentLogger, error: (fields: object, message: string) => logged.push({ fields, message }) },
    });
  });
  after(() => server.close(0));

  beforeEach(() => {
    readiness = { reasons: [], parked: new Map() };
    logged = [];
    answer = async ({ text }) => ({ status: 'OK', json: JSON.stringify({ said: text }) });
  });

  const post = (path: string, body: string | Buffer = MESSAGE, headers: Record<string, string> = HEADERS) =>
    call(server.port, { path, method: 'POST', headers }, body);
  const get = (path: string, headers: Record<string, string> = {}) => call(server.port, { path, headers });
  const query = (body: string | Buffer) => post(INTERNAL_PATHS.query, body);

  const isWell = async (): Promise<void> => {
    expect(await query(MESSAGE)).to.include({ status: 200 });
  };

  it('answers a message with what its endpoint says', async () => {
    const answered = await query(MESSAGE);
    expect(answered).to.include({ status: 200, body: '{"said":"hello"}\n' });
    expect(answered.headers['content-type']).to.match(/^application\/json/);
  });

  it('answers a ping', async () => {
    expect(await post(INTERNAL_PATHS.ping, '{}')).to.include({ status: 200, body: '{}\n' });
  });

  describe('the key', () => {
    const isRefused = ({ status, body }: Answer) => {
      expect(status).to.equal(401);
      expect(body).to.equal('Invalid API key\n');
    };

    for (const [what, headers] of [
      ['no key', {}],
      ['an empty key', { authorization: 'Bearer ' }],
      ['another key', { authorization: `Bearer ${KEY.toUpperCase()}` }],
      ['the beginning of the key', { authorization: `Bearer ${KEY.slice(0, -1)}` }],
      ['more than the key', { authorization: `Bearer ${KEY}0` }],
      ['the key twice', { authorization: `Bearer ${KEY},${KEY}` }],
      ['an empty key beside the right one', { ...KNOWN, 'api-key': '' }],
    ] as const)
      it(`is asked for by everything but probes: ${what}`, async () => {
        const given = { [PROTOCOL_HEADER]: PROTOCOL, ...headers };
        for (const path of [INTERNAL_PATHS.query, INTERNAL_PATHS.ping, '/nowhere'])
          isRefused(await post(path, MESSAGE, given));
        isRefused(await get('/metrics', given));
        for (const method of ['PUT', 'DELETE'])
          isRefused(await call(server.port, { path: '/livez', method, headers: given }));
      });

    it('may be a former one as well, for the time of a change', async () => {
      expect(await get('/metrics', { authorization: `Bearer ${FORMER_KEY}` })).to.include({ status: 200 });
    });

    it('is asked for before anything is said of the message or the protocol', async () => {
      isRefused(await post(INTERNAL_PATHS.query, 'nonsense', {}));
      isRefused(await post(INTERNAL_PATHS.query, MESSAGE, { [PROTOCOL_HEADER]: '0' }));
    });
  });

  describe('the protocol', () => {
    for (const [what, headers] of [
      ['none', KNOWN],
      ['an older one', { ...KNOWN, [PROTOCOL_HEADER]: '0' }],
      ['a newer one', { ...KNOWN, [PROTOCOL_HEADER]: '2' }],
    ] as const)
      it(`is refused in favour of another process if it is ${what}`, async () => {
        for (const path of [INTERNAL_PATHS.query, INTERNAL_PATHS.ping]) {
          const { status, body } = await post(path, MESSAGE, headers);
          expect(status).to.equal(503);
          expect(body).to.equal(`this process speaks version ${PROTOCOL} of the protocol between services\n`);
        }
      });
  });

  describe('what is no message', () => {
    for (const [what, body] of [
      ['nothing', ''],
      ['a word', 'nonsense'],
      ['half a message', MESSAGE.slice(0, -3)],
      ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x7b])],
    ] as const)
      it(`is answered with 400: ${what}`, async () => {
        expect(await query(body)).to.include({ status: 400, body: 'the body has to be JSON\n' });
        await isWell();
      });

    for (const [what, body] of [
      ['null', 'null'],
      ['a number', '7'],
      ['a list', '[]'],
      ['an empty object', '{}'],
      ['another type', '{"text":7}'],
      ['its own prototype', '{"__proto__":{"text":"hello"}}'],
      ['a hundred thousand lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ] as const)
      it(`is answered with 400 and told to operators: ${what}`, async () => {
        const { status } = await query(body);
        expect(status).to.equal(400);
        expect(logged.map(({ message }) => message)).to.deep.equal(['a service sent what is no message']);
        await isWell();
      });

    it('is not quoted, neither in the answer nor in the log', async () => {
      const { body } = await query('{"text":{"email":"ann@example.org"}}');
      expect(body + JSON.stringify(logged)).to.not.include('ann');
    });
  });

  describe('sizes', () => {
    it('takes a message that is larger than a request of the CDI may be', async () => {
      answer = async ({ text }) => ({ status: 'OK', json: String(text.length) });
      const length = 17 * 1024 * 1024;
      expect(await query(JSON.stringify({ text: 'x'.repeat(length) }))).to.include({
        status: 200,
        body: `${length}\n`,
      });
    });

    it('refuses one that is announced larger than any message', async () => {
      const { socket, until } = await wire(server.port);
      const head = `POST ${INTERNAL_PATHS.query} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${KEY}\r\n`;
      socket.write(`${head}Content-Length: ${MAX_MESSAGE_BYTES + 1}\r\n\r\n`);
      expect(await until('too large\n')).to.match(/^HTTP\/1\.1 413 /);
      socket.destroy();
      await isWell();
    });
  });

  describe('an endpoint', () => {
    it('that refuses sends the caller to another process', async () => {
      answer = async () => ({ status: 'REFUSED', reason: 'not yet' });
      expect(await query(MESSAGE)).to.include({ status: 503, body: 'not yet\n' });
      expect(logged).to.deep.equal([]);
    });

    it('that fails is answered with 500 without details, and told to operators without the message', async () => {
      answer = () => Promise.reject(new Error('no'));
      expect(await query('{"text":"ann@example.org"}')).to.include({ status: 500, body: 'Internal error\n' });
      expect(logged).to.have.length(1);
      expect(JSON.stringify(logged)).to.not.include('ann');
      answer = async () => ({ status: 'OK', json: '{}' });
      await isWell();
    });

    it('is found by its path and by POST alone', async () => {
      for (const path of ['/', '/nowhere', INTERNAL_PATHS.command, `${INTERNAL_PATHS.query}/`, '/internal'])
        expect(await post(path), path).to.include({ status: 404 });
      for (const method of ['PUT', 'DELETE', 'PATCH'])
        expect(await call(server.port, { path: INTERNAL_PATHS.query, method, headers: HEADERS }, MESSAGE)).to.include({
          status: 404,
        });
      for (const path of [INTERNAL_PATHS.query, INTERNAL_PATHS.ping])
        expect(await get(path, HEADERS)).to.include({ status: 404 });
    });

    it('goes on while its caller goes away', async () => {
      const [asked, mayAnswer] = [gate(), gate()];
      answer = async () => {
        asked.open();
        await mayAnswer.opened;
        return { status: 'OK', json: '{}' };
      };
      const socket = connect(server.port, '127.0.0.1');
      const head = `POST ${INTERNAL_PATHS.query} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${KEY}\r\n${PROTOCOL_HEADER}: ${PROTOCOL}\r\n`;
      socket.write(`${head}Content-Length: ${MESSAGE.length}\r\n\r\n${MESSAGE}`);
      await asked.opened;
      socket.destroy();
      mayAnswer.open();
      await isWell();
    });
  });

  describe('operators', () => {
    it('learn without a key that it lives', async () => {
      expect(await get('/livez')).to.include({ status: 200, body: '{"status":"OK"}\n' });
      expect(await get('/livez?verbose=1')).to.include({ status: 200 });
    });

    it('learn without a key whether it is ready, and why not', async () => {
      readiness = { reasons: [], parked: new Map([['users', 2]]) };
      const ready = { status: 'READY', reasons: [], parkedStreams: { users: 2 } };
      const { status, body } = await get('/readyz');
      expect([status, JSON.parse(body)]).to.deep.equal([200, ready]);
      readiness = { reasons: ['no log'], parked: new Map() };
      const not = await get('/readyz');
      const notReady = { status: 'NOT_READY', reasons: ['no log'], parkedStreams: {} };
      expect([not.status, JSON.parse(not.body)]).to.deep.equal([503, notReady]);
    });

    it('read the measures with the key', async () => {
      const { status, body } = await get('/metrics', KNOWN);
      expect(status).to.equal(200);
      expect(body).to.include('process_cpu_seconds_total');
      await post(INTERNAL_PATHS.query, MESSAGE);
      const { body: after } = await get('/metrics', KNOWN);
      expect(after).to.match(/^annals_http_request_seconds_count\{route="\/internal\/query"/m);
      expect(await get('/metrics', { 'api-key': KEY })).to.include({ status: 200 });
    });

    it('find nothing else there', async () => {
      for (const path of ['/', '/openapi.json', '/hello', '/livez/'])
        expect(await get(path)).to.include({ status: 404 });
    });
  });
});

describe('a server that other services ask, once it is to stop', () => {
  it('refuses what is asked, finishes what runs, says so to probes, and closes', async () => {
    const [asked, mayAnswer, isDrained] = [gate(), gate(), gate()];
    const drains: number[] = [];
    const server = await startInternalServer({
      async sleep(ms) {
        drains.push(ms);
        await isDrained.opened;
      },
      ...{
        host: '127.0.0.1',
        port: 0,
        keys: [KEY, FORMER_KEY],
        logger: silentLogger,
        telemetry: prometheusTelemetry({}),
      },
      readiness: async () => ({ reasons: [], parked: new Map() }),
      endpoints: [
        {
          path: INTERNAL_PATHS.query,
          async answer() {
            asked.open();
            await mayAnswer.opened;
            return { status: 'OK', json: '{}' };
          },
        },
      ],
    });
    const post = (path: string) => call(server.port, { path, method: 'POST', headers: HEADERS }, MESSAGE);
    const running = post(INTERNAL_PATHS.query);
    await asked.opened;
    const closed = server.close(0);
    for (const path of [INTERNAL_PATHS.query, INTERNAL_PATHS.ping])
      expect(await post(path)).to.include({ status: 503, body: 'this process is about to stop\n' });
    expect(await call(server.port, { path: '/livez' })).to.include({ status: 200 });
    const readiness = await call(server.port, { path: '/readyz' });
    expect(readiness.status).to.equal(503);
    expect(JSON.parse(readiness.body)).to.deep.include({ reasons: ['this process is about to stop'] });
    expect(drains).to.have.length(1);
    expect(drains[0], 'everybody has sent a ping by then').to.be.above(PING_EVERY_MS);
    isDrained.open();
    mayAnswer.open();
    expect(await running).to.include({ status: 200 });
    await closed;
    const refused = await new Promise((resolve) => {
      connect(server.port, '127.0.0.1')
        .on('error', resolve)
        .on('connect', () => resolve('open'));
    });
    expect(refused).to.include({ code: 'ECONNREFUSED' });
  });
});
