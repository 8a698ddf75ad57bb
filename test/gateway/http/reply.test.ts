import { expect } from 'chai';
import { ok, okRendered, redirect, reply, text } from '../../../gateway/http/reply.js';
import { TEXTS } from '../../../gateway/http/texts.js';

describe('replies', () => {
  it('case 1: a text ends with one line feed and its type starts with text/html', () => {
    expect(text(200, TEXTS.hello)).to.deep.equal({
      status: 200,
      contentType: 'text/html;charset=UTF-8',
      body: 'Hello\n',
    });
  });

  it('case 19: the body for a wrong key', () => {
    expect(text(401, TEXTS.invalidApiKey).body).to.equal('Invalid API key\n');
  });

  it('case 24: the body for a wrong method', () => {
    expect(text(405, TEXTS.methodNotSupported)).to.include({ status: 405, body: 'Method not supported\n' });
  });

  it('a JSON object ends with one line feed too', () => {
    const expected = { status: 200, contentType: 'application/json;charset=UTF-8', body: '{"status":"OK"}\n' };
    expect(ok({ status: 'OK' })).to.deep.equal(expected);
    expect(okRendered('{"status":"OK"}')).to.deep.equal(expected);
    expect(okRendered('{"status":"OK"}\n\n')).to.deep.equal(expected);
  });

  it('carries further headers', () => {
    expect(ok({ keys: [] }, { 'Cache-Control': 'max-age=1' }).headers).to.deep.equal({ 'Cache-Control': 'max-age=1' });
    expect(redirect(302, 'https://a.test/?b')).to.deep.include({
      status: 302,
      headers: { Location: 'https://a.test/?b' },
    });
    expect(reply(200, 'text/xml; charset=UTF-8', '<a/>').contentType).to.equal('text/xml; charset=UTF-8');
  });
});
