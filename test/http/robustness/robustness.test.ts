import type { Agent } from 'node:http';
import { expect } from 'chai';
import fc from 'fast-check';
import type { CdiClient } from '../../support/cdi.js';
import { keepAliveAgent, type RawAnswer, rawRequest } from '../../support/raw-request.js';
import type { Annals } from '../../support/service.js';
import { startWithA1AndT1 } from '../service/addressed-service.js';
import { type HostileRequest, hostileRequests, KNOWN } from './hostile.js';

const BATCHES = 320;
const REQUESTS_PER_BATCH = 16;
const MIB = 1024 * 1024;

/** What is wrong with an answer; undefined if it keeps to the rules that hold for every answer. */
function faultOf(request: HostileRequest, { status, headers, body }: RawAnswer): string | undefined {
  if (status >= 500) return `status ${status}`;
  if (request.method === 'HEAD') return body.length === 0 ? undefined : 'a body in answer to HEAD';
  if (body.length === 0) return undefined;
  const text = body.toString();
  if (!text.endsWith('\n') || text.endsWith('\n\n')) return 'the body does not end with exactly one line feed';
  if (status !== 200 || !headers['content-type']?.includes('json')) return undefined;
  const json: unknown = JSON.parse(text);
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? undefined : 'JSON that is no object';
}

type Known = Readonly<Record<(typeof KNOWN)[number], string>>;

/** Makes a user with a session, for requests to find. */
async function makeKnown(cdi: CdiClient): Promise<Known> {
  const { json: signedUp } = await cdi.post('/recipe/signup', { email: 'ann@hostile.test', password: 'p' });
  const { json: session } = await cdi.post('/recipe/session', {
    userId: signedUp.user.id,
    userDataInJWT: {},
    userDataInDatabase: {},
    enableAntiCsrf: false,
    useDynamicSigningKey: true,
  });
  return {
    KNOWNUSER: signedUp.user.id,
    KNOWNHANDLE: session.session.handle,
    KNOWNACCESSTOKEN: session.accessToken.token,
    KNOWNREFRESHTOKEN: session.refreshToken.token,
  };
}

/** The request with what its words stand for. */
function filled(request: HostileRequest, known: Known): HostileRequest {
  const fill = (text: string) => KNOWN.reduce((filling, word) => filling.replaceAll(word, known[word]), text);
  const { body, path } = request;
  return { ...request, path: fill(path), body: typeof body === 'string' ? fill(body) : body };
}

describe('robustness: whatever is sent', function () {
  this.timeout(120_000);
  let annals: Annals;
  let agent: Agent;
  let known: Known;

  before(async () => {
    // Without test mode health checks always say the same.
    const started = await startWithA1AndT1({ env: { ANNALS_TEST_MODE: 'false' } });
    annals = started.annals;
    known = await makeKnown(started.cdi);
    agent = keepAliveAgent(8);
  });

  after(async () => {
    agent.destroy();
    await annals.stop();
  });

  it(`${BATCHES * REQUESTS_PER_BATCH} requests are answered, none with a 5xx, every body ends with one line feed`, async () => {
    const batches = fc.array(hostileRequests, { minLength: REQUESTS_PER_BATCH, maxLength: REQUESTS_PER_BATCH });
    await fc.assert(
      fc.asyncProperty(batches, async (requests) => {
        const faults = await Promise.all(
          requests.map(async (request) => {
            const fault = faultOf(request, await rawRequest({ port: annals.port, agent, ...filled(request, known) }));
            return fault && `${fault}: ${JSON.stringify(request).slice(0, 2_000)}`;
          }),
        );
        expect(faults.filter((fault) => fault !== undefined)).to.deep.equal([]);
      }),
      { numRuns: BATCHES, endOnFailure: true },
    );
  });

  it('a body that is too large is refused', async () => {
    const answer = await rawRequest({
      port: annals.port,
      method: 'POST',
      path: '/recipe/signup',
      body: Buffer.alloc(16 * MIB + 1, ' '),
    });
    expect(answer.status).to.equal(413);
  });

  it('afterwards the service still answers Hello, and nothing of it was a fault', async () => {
    const hello = await rawRequest({ port: annals.port, method: 'GET', path: '/hello' });
    expect([hello.status, String(hello.body)]).to.deep.equal([200, 'Hello\n']);
    const ready = await rawRequest({ port: annals.port, method: 'GET', path: '/readyz' });
    expect(JSON.parse(String(ready.body))).to.deep.equal({ status: 'READY', reasons: [], parkedStreams: {} });
    for (const message of ['API threw an exception', 'request failed', 'parked', 'projection failed'])
      expect(annals.output()).not.to.include(message);
  });
});
