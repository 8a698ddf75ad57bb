import { expect } from 'chai';
import { signedUp } from './accounts.js';
import { browser } from './browser.js';
import type { AppAnswer } from './front-end.js';
import { mobileApp } from './mobile-app.js';
import { runningApp } from './running-app.js';

const TRY_REFRESH = [401, { message: 'try refresh token' }];
const UNAUTHORISED = [401, { message: 'unauthorised' }];
const said = ({ status, body }: AppAnswer) => [status, body];

const WITHOUT_TOKEN = { headers: { 'anti-csrf': undefined } };
const WITH_WRONG_TOKEN = { headers: { 'anti-csrf': 'wrong' } };
const WITHOUT_RID = { headers: { rid: undefined } };

describe('anti-CSRF by token (20-session.md 8.3)', () => {
  const running = runningApp({ antiCsrf: 'VIA_TOKEN' });

  it('gives a token with the cookies, and asks for it when something is to be changed', async () => {
    const site = browser(running.app.url);
    const { payload } = await signedUp(site);
    expect(site.tokens().antiCsrf).to.be.a('string').and.equal(payload.antiCsrfToken);
    expect((await site.request('POST', '/session/act')).status).to.equal(200);
    expect(said(await site.request('POST', '/session/act', WITHOUT_TOKEN))).to.deep.equal(TRY_REFRESH);
    expect(said(await site.request('POST', '/session/act', WITH_WRONG_TOKEN))).to.deep.equal(TRY_REFRESH);
    expect((await site.request('GET', '/session', WITHOUT_TOKEN)).status).to.equal(200);
  });

  it('a refresh takes the token and gives a new one', async () => {
    const site = browser(running.app.url);
    const { handle } = await signedUp(site);
    const old = site.tokens().antiCsrf;
    expect((await site.refresh()).status).to.equal(200);
    expect(site.tokens().antiCsrf).to.be.a('string').and.not.equal(old);
    const acted = await site.request('POST', '/session/act');
    expect([acted.status, acted.body.handle]).to.deep.equal([200, handle]);
    expect((await site.request('POST', '/session/act')).status).to.equal(200);
  });

  it('a refresh without the token, or with a wrong one, is refused, and the session lives', async () => {
    for (const forgery of [WITHOUT_TOKEN, WITH_WRONG_TOKEN]) {
      const site = browser(running.app.url);
      const { handle } = await signedUp(site);
      const forged = site.copy();
      expect(said(await forged.refresh(forgery))).to.deep.equal(UNAUTHORISED);
      expect(await running.app.backend('getSessionInformation', handle)).to.include({ sessionHandle: handle });
      expect((await site.refresh()).status).to.equal(200);
    }
  });

  it('parallel refreshes have tokens of their own', async () => {
    const one = browser(running.app.url);
    await signedUp(one);
    const other = one.copy();
    await Promise.all([one.refresh(), other.refresh()]);
    expect(one.tokens().antiCsrf).to.not.equal(other.tokens().antiCsrf);
    for (const site of [one, other]) expect((await site.request('POST', '/session/act')).status).to.equal(200);
  });

  it('signs out with the token only', async () => {
    const site = browser(running.app.url);
    await signedUp(site);
    expect(said(await site.request('POST', '/auth/signout', WITHOUT_TOKEN))).to.deep.equal(TRY_REFRESH);
    expect((await site.request('POST', '/auth/signout')).body).to.deep.equal({ status: 'OK' });
    expect(site.tokens()).to.deep.equal({ accessToken: undefined, refreshToken: undefined, antiCsrf: undefined });
  });

  it('bearer tokens need no anti-CSRF token', async () => {
    const phone = mobileApp(running.app.url);
    const { payload } = await signedUp(phone);
    expect(payload.antiCsrfToken).to.equal(null);
    expect((await phone.request('POST', '/session/act')).status).to.equal(200);
    expect((await phone.refresh()).status).to.equal(200);
    expect((await phone.request('POST', '/session/act')).status).to.equal(200);
  });
});

describe('anti-CSRF by custom header', () => {
  const running = runningApp({ antiCsrf: 'VIA_CUSTOM_HEADER' });

  it('asks for the header when something is to be changed', async () => {
    const site = browser(running.app.url);
    const { payload } = await signedUp(site);
    expect(payload.antiCsrfToken).to.equal(null);
    expect(site.tokens().antiCsrf).to.equal(undefined);
    expect((await site.request('POST', '/session/act')).status).to.equal(200);
    expect(said(await site.request('POST', '/session/act', WITHOUT_RID))).to.deep.equal(TRY_REFRESH);
    expect((await site.request('GET', '/session', WITHOUT_RID)).status).to.equal(200);
  });

  it('refreshes with the header only', async () => {
    const site = browser(running.app.url);
    await signedUp(site);
    expect(said(await site.copy().refresh(WITHOUT_RID))).to.deep.equal(UNAUTHORISED);
    expect((await site.refresh()).status).to.equal(200);
    expect((await site.request('POST', '/session/act')).status).to.equal(200);
  });

  it('bearer tokens need no header', async () => {
    const phone = mobileApp(running.app.url);
    await signedUp(phone);
    expect((await phone.request('POST', '/session/act')).status).to.equal(200);
    expect((await phone.refresh()).status).to.equal(200);
  });
});

describe('no anti-CSRF', () => {
  const running = runningApp({ antiCsrf: 'NONE' });

  it('cookies alone do', async () => {
    const bare = { headers: { rid: undefined, 'anti-csrf': undefined } };
    const site = browser(running.app.url);
    const { payload } = await signedUp(site);
    expect(payload.antiCsrfToken).to.equal(null);
    expect((await site.request('POST', '/session/act', bare)).status).to.equal(200);
    expect((await site.refresh(bare)).status).to.equal(200);
    expect((await site.request('POST', '/session/act', bare)).status).to.equal(200);
    expect((await site.request('POST', '/auth/signout', bare)).body).to.deep.equal({ status: 'OK' });
  });
});
