import { expect } from 'chai';
import { jsonText } from '../../../domain/json/raw-json.js';
import {
  RefreshTokenReissuedInGrace,
  RefreshTokenReuseDetected,
  RefreshTokenRotated,
  type ReuseSubtype,
  SessionRevoked,
  SessionSigningKeyKindChanged,
} from '../../../domain/session/events.js';
import { Session } from '../../../domain/session/session.js';
import { folded, given } from '../given.js';
import * as f from './fixtures.js';

const { RT0, T0, R, G } = f;
const RT1 = f.token('RT1', RT0);
const RT2 = f.token('RT2', RT0);
const RT3 = f.token('RT3', RT1);

function rotated(now: number, to: f.Token, from: f.Token) {
  return RefreshTokenRotated({ newHash2: to.hash2, prevHash2: from.hash2, expiresAt: now + R, at: now });
}

function ended(at: number, subtype: ReuseSubtype, reportedAs: 'TOKEN_THEFT_DETECTED' | 'UNAUTHORISED') {
  return [RefreshTokenReuseDetected({ subtype, reportedAs, at }), SessionRevoked({ reason: 'reuse', at })];
}

describe('refresh at CDI 5.6', () => {
  const once = [f.created(), rotated(T0 + 10, RT1, RT0)];
  const inGrace = [...once, RefreshTokenReissuedInGrace({ newHash2: RT2.hash2, at: T0 + 20 })];

  it('case 37: refresh rotates at once', () => {
    given(Session, [f.created()])
      .when(f.refresh56(RT0, RT1, { now: T0 + 10 }))
      .then([rotated(T0 + 10, RT1, RT0)], f.granted(T0 + 10));
  });

  it('case 37: the token retired last is good for the whole window, which does not slide', () => {
    given(Session, once)
      .when(f.refresh56(RT0, RT2, { now: T0 + 20 }))
      .then([RefreshTokenReissuedInGrace({ newHash2: RT2.hash2, at: T0 + 20 })], f.granted(T0 + 20));
    expect(folded(Session, Session.initial, inGrace)).to.include({
      refreshTokenHash2: RT2.hash2,
      prevRefreshTokenHash2: RT0.hash2,
      refreshTokenRotatedAt: T0 + 10,
      expiresAt: T0 + 10 + R,
    });
    const end = T0 + 10 + G;
    given(Session, inGrace)
      .when(f.refresh56(RT0, RT3, { now: end }))
      .then([RefreshTokenReissuedInGrace({ newHash2: RT3.hash2, at: end })], f.granted(end));
    given(Session, inGrace)
      .when(f.refresh56(RT0, RT3, { now: end + 1 }))
      .then(ended(end + 1, 'RECENT_PREV', 'TOKEN_THEFT_DETECTED'), f.theft('RECENT_PREV'));
  });

  it('case 38: a child displaced in the window ends the session when it is refreshed', () => {
    given(Session, inGrace)
      .when(f.refresh56(RT1, RT3, { now: T0 + 30 }))
      .then(ended(T0 + 30, 'ORPHANED_BRANCH', 'TOKEN_THEFT_DETECTED'), f.theft('ORPHANED_BRANCH'));
  });

  it('case 39: without a window the token retired last ends the session', () => {
    given(Session, once)
      .when(f.refresh56(RT0, RT2, { now: T0 + 20, grace: 0 }))
      .then(ended(T0 + 20, 'RECENT_PREV', 'TOKEN_THEFT_DETECTED'), f.theft('RECENT_PREV'));
  });

  it('case 39: a recent reuse is reported as unauthorised if so configured, and ends the session all the same', () => {
    const options = { now: T0 + 20, grace: 0, behaviour: 'UNAUTHORISED' } as const;
    const answer = (recentTokenReuseSubtype: ReuseSubtype) =>
      ({ status: 'UNAUTHORISED', message: 'refresh token reuse detected', recentTokenReuseSubtype }) as const;
    given(Session, once)
      .when(f.refresh56(RT0, RT2, options))
      .then(ended(T0 + 20, 'RECENT_PREV', 'UNAUTHORISED'), answer('RECENT_PREV'));
    given(Session, inGrace)
      .when(f.refresh56(RT1, RT3, options))
      .then(ended(T0 + 20, 'ORPHANED_BRANCH', 'UNAUTHORISED'), answer('ORPHANED_BRANCH'));
  });

  it('case 40: a token further back is stale and always theft', () => {
    const twice = [...once, rotated(T0 + 20, RT3, RT1)];
    for (const behaviour of ['TOKEN_THEFT', 'UNAUTHORISED'] as const) {
      given(Session, twice)
        .when(f.refresh56(RT0, RT2, { now: T0 + 30, behaviour }))
        .then(ended(T0 + 30, 'STALE_LINEAGE', 'TOKEN_THEFT_DETECTED'), f.theft('STALE_LINEAGE'));
    }
  });

  it('case 41: an unused child of a promoting refresh rotates, and its parent is stale from then on', () => {
    given(Session, [f.created()])
      .when(f.refresh54(RT0, { now: T0 + 10 }))
      .when(f.refresh56(RT1, RT3, { now: T0 + 20 }))
      .then([rotated(T0 + 20, RT3, RT1)], f.granted(T0 + 20));
    given(Session, [f.created(), rotated(T0 + 20, RT3, RT1)])
      .when(f.refresh56(RT0, RT2, { now: T0 + 30 }))
      .then(ended(T0 + 30, 'STALE_LINEAGE', 'TOKEN_THEFT_DETECTED'), f.theft('STALE_LINEAGE'));
  });

  it('a promotion by CDI 5.4 opens the window for CDI 5.6 too', () => {
    given(Session, [f.created()])
      .when(f.verify54(f.accessToken(RT1), { now: T0 + 10 }))
      .when(f.refresh56(RT0, RT2, { now: T0 + 20 }))
      .then([RefreshTokenReissuedInGrace({ newHash2: RT2.hash2, at: T0 + 20 })], f.granted(T0 + 20));
  });

  it('case 44: of two refreshes of one token both are good, and the later answer is the current one', () => {
    given(Session, [f.created()])
      .when(f.refresh56(RT0, RT1, { now: T0 + 10 }))
      .when(f.refresh56(RT0, RT2, { now: T0 + 11 }))
      .then([RefreshTokenReissuedInGrace({ newHash2: RT2.hash2, at: T0 + 11 })], f.granted(T0 + 11));
  });

  it('case 61: the window may change the kind of key, which the session keeps; its expiry does not move', () => {
    const changed = SessionSigningKeyKindChanged({ useStaticKey: true, at: T0 + 20 });
    given(Session, once)
      .when(f.refresh56(RT0, RT2, { now: T0 + 20, useDynamicSigningKey: false }))
      .then([RefreshTokenReissuedInGrace({ newHash2: RT2.hash2, at: T0 + 20 }), changed], f.granted(T0 + 20, true));
    expect(folded(Session, Session.initial, [...inGrace, changed])).to.include({ expiresAt: T0 + 10 + R });
    given(Session, [...inGrace, changed])
      .when(f.refresh54(RT2, { now: T0 + 30, version: 5 }))
      .then([], f.granted(T0 + 30, true));
  });

  it('case 33: an expired, a revoked and an unknown session are missing', () => {
    given(Session, [f.created()])
      .when(f.refresh56(RT0, RT1, { now: T0 + R + 1 }))
      .then([], f.SESSION_MISSING);
    given(Session, [f.created(), SessionRevoked({ reason: 'user', at: T0 })])
      .when(f.refresh56(RT0, RT1))
      .then([], f.SESSION_MISSING);
    given(Session, []).when(f.refresh56(RT0, RT1)).then([], f.SESSION_MISSING);
  });

  it('case 34: a payload that the new version protects is refused before anything moves', () => {
    const session = f.created({ userDataInJWT: jsonText('{"rsub":"q"}') });
    given(Session, [session])
      .when(f.refresh56(RT0, RT1))
      .then([], { status: 'UNAUTHORISED', message: 'The user payload contains protected field' });
  });
});
