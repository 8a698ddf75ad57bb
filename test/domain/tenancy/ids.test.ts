import { expect } from 'chai';
import {
  connectionUriDomainOfHost,
  parseAppId,
  parseConnectionUriDomain,
  parseTenantId,
} from '../../../domain/tenancy/ids.js';
import { readTarget } from '../../../domain/tenancy/requests.js';
import { badRequest, CREATED, tenancy, UPDATED } from './world.js';

const ok = (value: string) => ({ status: 'OK', value });
const base = { cud: '', appId: 'public', tenantId: 'public' };

describe('ids', () => {
  it('case 17: refuses tenant ids by the first rule they break', () => {
    const characters = badRequest('tenantId can only contain letters, numbers and hyphens');
    expect(parseTenantId('a_b')).to.deep.equal(characters);
    expect(parseTenantId('a+b')).to.deep.equal(characters);
    expect(parseTenantId('AppId-x')).to.deep.equal(badRequest("tenantId must not start with 'appid-'"));
    expect(parseTenantId('appid-_')).to.deep.equal(badRequest("tenantId must not start with 'appid-'"));
    expect(parseTenantId(' ')).to.deep.equal(badRequest('tenantId should not be an empty String'));
  });

  it('case 17: reserves the first path segments, and only whole words', () => {
    expect(parseTenantId('reCipe')).to.deep.equal(badRequest("Cannot use 'recipe' as a tenantId"));
    for (const word of ['config', 'users', 'hello']) {
      expect(parseTenantId(word)).to.deep.equal(badRequest(`Cannot use '${word}' as a tenantId`));
    }
    expect(parseTenantId('hellotenant')).to.deep.equal(ok('hellotenant'));
  });

  it('case 17: takes letters, digits and hyphens in any case', () => {
    expect(parseTenantId('1')).to.deep.equal(ok('1'));
    expect(parseTenantId(' a-B-1 ')).to.deep.equal(ok('a-b-1'));
  });

  it('checks app ids alike, without reserved words', () => {
    expect(parseAppId('')).to.deep.equal(badRequest('appId should not be an empty String'));
    expect(parseAppId('appid-')).to.deep.equal(badRequest("appId must not start with 'appid-'"));
    expect(parseAppId('a.b')).to.deep.equal(badRequest('appId can only contain letters, numbers and hyphens'));
    expect(parseAppId('Recipe')).to.deep.equal(ok('recipe'));
  });

  it('M10: refuses ids that are too long', () => {
    expect(parseTenantId('t'.repeat(64)).status).to.equal('OK');
    expect(parseTenantId('t'.repeat(65))).to.deep.equal(badRequest('tenantId must not be longer than 64 characters'));
    expect(parseAppId('a'.repeat(64)).status).to.equal('OK');
    expect(parseAppId('a'.repeat(65))).to.deep.equal(badRequest('appId must not be longer than 64 characters'));
    expect(parseConnectionUriDomain(`${'c'.repeat(256)}:80`).status).to.equal('OK');
    expect(parseConnectionUriDomain('c'.repeat(257))).to.deep.equal(
      badRequest('connectionUriDomain must not be longer than 256 characters'),
    );
  });

  it('case 22: refuses what is no host name', () => {
    const invalid = [
      'http://x',
      'x/y',
      'x:',
      'x:abc',
      'abc.',
      'a+b.com',
      ':3567',
      '*',
      'x:0',
      'x:65536',
      'a..b',
      'a b',
    ];
    for (const text of invalid) {
      expect(parseConnectionUriDomain(text), text).to.deep.equal(badRequest('connectionUriDomain is invalid'));
    }
    expect(parseConnectionUriDomain('')).to.deep.equal(badRequest('connectionUriDomain should not be an empty String'));
  });

  it('takes host names and IPv4 addresses, and drops the port', () => {
    expect(parseConnectionUriDomain('127.0.0.1')).to.deep.equal(ok('127.0.0.1'));
    expect(parseConnectionUriDomain('sub-domain.example.com')).to.deep.equal(ok('sub-domain.example.com'));
    expect(parseConnectionUriDomain('58hello.ABC.com')).to.deep.equal(ok('58hello.abc.com'));
    for (const text of ['localhost:3567', 'LOCALHOST', 'localhost:1', ' localhost:65535 ']) {
      expect(parseConnectionUriDomain(text), text).to.deep.equal(ok('localhost'));
    }
  });

  it('case 22: takes names that differ in case and port for one domain', () => {
    const service = tenancy();
    expect(service.put('connectionUriDomain', { connectionUriDomain: 'LOCALHOST:3567' })).to.deep.equal(CREATED);
    expect(service.put('connectionUriDomain', { connectionUriDomain: 'localhost:9' })).to.deep.equal(UPDATED);
  });

  it('conventions 3: a Host header outside the grammar stands for the default domain', () => {
    expect(connectionUriDomainOfHost('C1.test:443')).to.equal('c1.test');
    expect(connectionUriDomainOfHost('[::1]:3567')).to.equal('');
    expect(connectionUriDomainOfHost('')).to.equal('');
  });

  it('case 18: an id that is no text is refused', () => {
    const invalid = badRequest("Field name 'tenantId' is invalid in JSON input");
    expect(readTarget('tenant', { tenantId: null }, base)).to.deep.equal(invalid);
    expect(readTarget('tenant', { tenantId: 7 }, base)).to.deep.equal(invalid);
  });

  it('an absent id means the default one, never the source', () => {
    const source = { cud: 'c', appId: 'a', tenantId: 't' };
    expect(readTarget('tenant', {}, source)).to.deep.equal({
      status: 'OK',
      value: { cud: 'c', appId: 'a', tenantId: 'public' },
    });
    expect(readTarget('app', {}, source)).to.deep.equal({
      status: 'OK',
      value: { cud: 'c', appId: 'public', tenantId: 'public' },
    });
    expect(readTarget('connectionUriDomain', {}, source)).to.deep.equal({ status: 'OK', value: base });
  });
});
