import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';

describe('endpoints for operators', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('a process that answers is alive', async () => {
    const { status, json } = await cdi.get('/livez?verbose');
    expect([status, json]).to.deep.equal([200, { status: 'OK' }]);
  });

  it('a process whose views have caught up is ready', async () => {
    const { status, json } = await cdi.get('/readyz');
    expect([status, json]).to.deep.equal([200, { status: 'READY', reasons: [], parkedStreams: {} }]);
  });

  it('requests are measured by route, without ids', async () => {
    await cdi.get('/appid-measured/ghost/hello');
    const { status, text, headers } = await cdi.get('/metrics');
    expect(status).to.equal(200);
    expect(headers.get('content-type')).to.match(/^text\/plain/);
    expect(text).to.include('annals_http_request_seconds_count{route="/hello",method="GET",status="400"} 1');
    for (const name of ['annals_projection_lag_positions{view="directory"}', 'annals_job_seconds', 'process_cpu'])
      expect(text).to.include(name);
    expect(text).not.to.include('measured');
  });

  it('the OpenAPI document lists the routes', async () => {
    const { status, json } = await cdi.get('/openapi.json');
    expect(status).to.equal(200);
    expect(json.openapi).to.match(/^3\.1/);
    expect(json.paths['/recipe/signup'].post.requestBody.content['application/json'].schema.required).to.deep.equal([
      'email',
      'password',
    ]);
    expect(json.paths).to.include.keys('/hello', '/apiversion', '/metrics', '/readyz');
  });

  it('they win over a tenant of the same name on its root route alone', async () => {
    await cdi.put('/recipe/multitenancy/tenant/v2', { tenantId: 'livez' });
    expect((await cdi.get('/livez')).json).to.deep.equal({ status: 'OK' });
    expect((await cdi.get('/livez/hello')).text).to.equal('Hello\n');
    expect((await cdi.get('/appid-public/livez')).text).to.match(/Hello\n$/);
  });

  it('they are only read', async () => {
    const { status, text } = await cdi.post('/metrics', {});
    expect([status, text]).to.deep.equal([405, 'Method not supported\n']);
  });
});
