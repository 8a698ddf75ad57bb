import { expect } from 'chai';
import type { Endpoint, Method } from '../../gateway/endpoint.js';
import { ok } from '../../gateway/http/reply.js';
import { routeTable } from '../../gateway/routes.js';

const endpoint = (method: Method, rid?: string, more: Partial<Endpoint> = {}): Endpoint => ({
  method,
  path: '/recipe/user',
  level: 'special',
  summary: '',
  handle: () => ok({}),
  ...(rid === undefined ? {} : { rid }),
  ...more,
});

describe('routes (00-conventions.md 2.2, 5)', () => {
  const emailPassword = { get: endpoint('GET', 'emailpassword'), put: endpoint('PUT', 'emailpassword') };
  const thirdParty = endpoint('GET', 'thirdparty');
  const entry = routeTable([emailPassword.get, emailPassword.put, thirdParty], '').of('/recipe/user');

  it('case 47: rid chooses among the endpoints of a path, exactly as it is written', () => {
    expect(entry.endpoint('GET', 'thirdparty')).to.equal(thirdParty);
    expect(entry.endpoint('GET', 'emailpassword')).to.equal(emailPassword.get);
  });

  it('case 47: by default the first ones answer', () => {
    for (const rid of [undefined, '', 'ThirdParty', 'passwordless'])
      expect(entry.endpoint('GET', rid), rid).to.equal(emailPassword.get);
  });

  it('a method that the chosen endpoints lack is not answered by others', () => {
    expect(entry.endpoint('PUT', 'thirdparty')).to.equal(undefined);
    expect(entry.endpoint('PUT', undefined)).to.equal(emailPassword.put);
  });

  it('rid does not matter where nothing is to be chosen', () => {
    const only = endpoint('POST');
    expect(routeTable([only], '').of('/recipe/user').endpoint('POST', 'thirdparty')).to.equal(only);
  });

  it('a path is exempt from a rule only if all of its endpoints are', () => {
    const exempt = endpoint('GET', undefined, { keyFree: true, versionFree: true });
    expect(routeTable([exempt], '').of('/recipe/user')).to.include({ keyFree: true, versionFree: true });
    const mixed = routeTable([exempt, endpoint('PUT')], '').of('/recipe/user');
    expect(mixed).to.include({ keyFree: false, versionFree: false });
  });
});
