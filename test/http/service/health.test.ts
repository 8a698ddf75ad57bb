import { expect } from 'chai';
import type { CdiClient } from '../../support/cdi.js';
import { rawRequest } from '../../support/raw-request.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { startWithA1AndT1, tenantNotFoundText } from './addressed-service.js';

describe('health (00-conventions.md 13.1)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    // Without test mode a check beyond the bucket answers as the others do.
    ({ annals, cdi } = await startWithA1AndT1({ env: { ANNALS_TEST_MODE: 'false' } }));
  });

  after(() => annals.stop());

  it('case 1: GET /hello answers Hello and one line feed, as text', async () => {
    const { status, text, headers } = await cdi.get('/hello');
    expect([status, text]).to.deep.equal([200, 'Hello\n']);
    expect(headers.get('content-type')).to.match(/^text\/html/);
  });

  it('case 2: POST, PUT and DELETE answer too, whatever their body is', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, text } = await cdi.call(method, '/hello/', { body: 'nonsense' });
      expect([status, text], method).to.deep.equal([200, 'Hello\n']);
    }
  });

  for (const path of ['/', '/public/', '/t1', '/appid-a1', '/appid-a1/public', '/appid-a1/T1/', '/appid-A1', '/T1']) {
    it(`case 3: GET ${path} answers Hello`, async () => {
      const { status, text } = await cdi.get(path);
      expect([status, text]).to.deep.equal([200, 'Hello\n']);
    });
  }

  it('case 4: the root route of an unknown tenant is not found, that of an unknown app a bad request', async () => {
    const tenant = await cdi.get('/nosuch');
    expect([tenant.status, tenant.text]).to.deep.equal([404, 'Not found\n']);
    const app = await cdi.get('/appid-nosuch');
    expect([app.status, app.text]).to.deep.equal([400, tenantNotFoundText('nosuch', 'public')]);
  });

  it('case 5: /hello looks at the app alone', async () => {
    expect((await cdi.get('/nosuch/hello')).text).to.equal('Hello\n');
    const app = await cdi.get('/appid-nosuch/hello');
    expect([app.status, app.text]).to.deep.equal([400, tenantNotFoundText('nosuch', 'public')]);
  });

  it('case 40: six quick checks answer Hello six times', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => cdi.get('/appid-a1/hello')));
    expect(answers.map(({ status, text }) => [status, text])).to.deep.equal(Array(6).fill([200, 'Hello\n']));
  });

  it('case 24: other methods than those of the interface are refused on every path, without CORS headers', async () => {
    const preflight = { origin: 'https://shop.test', 'access-control-request-method': 'POST' };
    for (const [method, path] of [
      ['OPTIONS', '/recipe/signin'],
      ['OPTIONS', '/nosuch/path'],
      ['TRACE', '/hello'],
      ['PATCH', '/recipe/signup'],
    ] as const) {
      const answer = await rawRequest({ port: annals.port, method, path, headers: preflight });
      expect([answer.status, String(answer.body)], `${method} ${path}`).to.deep.equal([405, 'Method not supported\n']);
      expect(Object.keys(answer.headers).filter((name) => /^(access-control|allow)/.test(name))).to.deep.equal([]);
    }
    const head = await rawRequest({ port: annals.port, method: 'HEAD', path: '/hello' });
    expect([head.status, head.body.length]).to.deep.equal([405, 0]);
  });

  it('case 57: the server keeps idle connections for longer than 60 s', async () => {
    const { headers } = await rawRequest({
      port: annals.port,
      method: 'GET',
      path: '/hello',
      headers: { connection: 'keep-alive' },
    });
    const [, seconds] = /timeout=(\d+)/.exec(String(headers['keep-alive'])) ?? [];
    expect(Number(seconds)).to.be.at.least(60);
  });
});

describe('health in test mode (00-conventions.md 15.1)', () => {
  let annals: Annals;

  before(async () => {
    annals = await startAnnals();
  });

  after(() => annals.stop());

  it('case 52: eight quick checks answer Hello five times, then RateLimitedHello', async () => {
    const agentless = { port: annals.port, method: 'GET', path: '/hello' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => rawRequest(agentless)));
    const texts = answers.map(({ body }) => String(body)).sort();
    expect(texts).to.deep.equal([...Array(5).fill('Hello\n'), ...Array(3).fill('RateLimitedHello\n')]);
    expect(answers.every(({ status }) => status === 200)).to.equal(true);
  });
});
