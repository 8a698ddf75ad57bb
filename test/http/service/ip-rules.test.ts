import { expect } from 'chai';
import { cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { startWithA1AndT1 } from './addressed-service.js';

const LOOPBACK = '127\\.\\d+\\.\\d+\\.\\d+|::1|0:0:0:0:0:0:0:1';

describe('IP rules (00-conventions.md 7)', () => {
  const running: Annals[] = [];

  after(async () => {
    for (const annals of running) await annals.stop();
  });

  it('case 29: the rules of a tenant hold for its routes alone', async () => {
    const { annals, cdi } = await startWithA1AndT1();
    running.push(annals);
    const coreConfig = { ip_allow_regex: '10\\.0\\.0\\.1' };
    await cdi.put('/recipe/multitenancy/tenant/v2', { tenantId: 't1', coreConfig });
    expect((await cdi.get('/t1/hello')).status).to.equal(403);
    expect((await cdi.get('/hello')).status).to.equal(200);
    expect((await cdi.get('/appid-a1/t1/hello')).status).to.equal(200);
  });

  it('case 30: an address that is denied and allowed is refused, on every route and before its key is looked at', async () => {
    const annals = await startAnnals({
      env: { IP_ALLOW_REGEX: LOOPBACK, IP_DENY_REGEX: LOOPBACK, API_KEYS: 'aaaaaaaaaaaaaaaaaaaa' },
    });
    running.push(annals);
    const cdi = cdiClient(annals.url);
    for (const path of ['/', '/hello', '/users', '/no/such/path', '/.well-known/jwks.json', '/livez', '/metrics'])
      expect((await cdi.get(path)).status, path).to.equal(403);
  });
});
