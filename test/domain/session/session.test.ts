import { expect } from 'chai';
import { jsonText } from '../../../domain/json/raw-json.js';
import { SessionCreated, SessionRevoked, sessionEvents } from '../../../domain/session/events.js';
import { regenerate } from '../../../domain/session/regenerate.js';
import { revokeSession } from '../../../domain/session/revoke-session.js';
import { readable, refreshable, Session, sessionStream, standing } from '../../../domain/session/session.js';
import { folded, given } from '../given.js';
import * as f from './fixtures.js';

const { T0, R } = f;

/** The session as it reads once its owner's key is gone. */
function erased() {
  const event = f.created({ recipeUserId: 'u1', userDataInJWT: jsonText('{"name":"x"}') });
  return { type: event.type, data: { ...event.data, ...Object.fromEntries(SessionCreated.personal) } } as typeof event;
}

describe('session', () => {
  it('has a stream of its own', () => {
    expect(sessionStream('a1', f.HANDLE)).to.deep.equal({ category: 'session', path: ['a1', f.HANDLE] });
  });

  it('is sealed under the key of the login method, before and after every event', () => {
    const state = folded(Session, Session.initial, [f.created({ recipeUserId: 'extL', subjectUserId: 'L' })]);
    expect(Session.subject(state)).to.equal('user:a1:L');
    const gone = folded(Session, state, [SessionRevoked({ reason: 'user', at: T0 })]);
    expect(Session.subject(gone)).to.equal('user:a1:L');
    expect(Session.subject(Session.initial)).to.equal(undefined);
  });

  it('the ids and payloads of every event are personal', () => {
    const personal = Object.fromEntries(sessionEvents.map((type) => [type.name, [...type.personal.keys()].sort()]));
    expect(personal).to.deep.equal({
      SessionCreated: [
        'owner',
        'primaryUserId',
        'recipeUserId',
        'subjectUserId',
        'userDataInDatabase',
        'userDataInJWT',
      ],
      RefreshTokenPromoted: [],
      RefreshTokenRotated: [],
      RefreshTokenReissuedInGrace: [],
      SessionSigningKeyKindChanged: [],
      RefreshTokenReuseDetected: [],
      SessionRevoked: [],
      SessionDataReplaced: ['userDataInDatabase'],
      AccessTokenPayloadReplaced: ['userDataInJWT'],
    });
  });

  it('a stream that does not begin with its creation is a fault', () => {
    expect(() => folded(Session, Session.initial, [SessionRevoked({ reason: 'user', at: T0 })])).to.throw(
      'no SessionCreated',
    );
  });

  it('refresh and lists see it in the millisecond in which it expires, the rest does not', () => {
    const state = folded(Session, Session.initial, [f.created()]);
    expect([T0 + R - 1, T0 + R, T0 + R + 1].map((now) => readable(state, now) !== undefined)).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect([T0 + R - 1, T0 + R, T0 + R + 1].map((now) => refreshable(state, now) !== undefined)).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  describe('whose owner was erased', () => {
    const state = folded(Session, Session.initial, [erased()]);

    it('reads without the person, seals nothing and has ended', () => {
      expect(state).to.include({ erased: true, recipeUserId: '', userDataInJWT: '{}' });
      expect(Session.subject(state)).to.equal(undefined);
      expect(standing(state)).to.equal(undefined);
    });

    it('is not mistaken for one of the user with the empty id', () => {
      const ofNobody = folded(Session, Session.initial, [
        f.created({ recipeUserId: '', subjectUserId: '', primaryUserId: '' }),
      ]);
      expect(ofNobody).to.include({ erased: false });
      expect(standing(ofNobody)).to.equal(ofNobody);
      expect(Session.subject(ofNobody)).to.equal('user:a1:');
    });

    it('accepts no command', () => {
      const ended = given(Session, [erased()]);
      ended.when(f.refresh54(f.RT0)).then([], f.SESSION_MISSING);
      ended.when(f.refresh56(f.RT0, f.token('RT1', f.RT0))).then([], f.SESSION_MISSING);
      ended.when((s) => regenerate(s, { version: 5, expiresAt: T0 + 1 }, f.EMPTY, T0)).then([], f.NO_SESSION);
      ended.when((s) => revokeSession(s, 'handle', T0)).then([], { revoked: false });
    });
  });
});

describe('revoke session', () => {
  it('case 51: revokes a session once, and no unknown one', () => {
    const revoke = (state: Session | { status: 'none' }) => revokeSession(state, 'handle', T0 + 10);
    given(Session, [f.created()])
      .when(revoke)
      .then([SessionRevoked({ reason: 'handle', at: T0 + 10 })], { revoked: true });
    given(Session, [f.created()]).when(revoke).when(revoke).then([], { revoked: false });
    given(Session, []).when(revoke).then([], { revoked: false });
  });

  it('revokes a session that has expired', () => {
    given(Session, [f.created()])
      .when((state) => revokeSession(state, 'user', T0 + R + 1))
      .then([SessionRevoked({ reason: 'user', at: T0 + R + 1 })], { revoked: true });
  });

  it('keeps why it ended', () => {
    const state = folded(Session, Session.initial, [f.created(), SessionRevoked({ reason: 'account-linked', at: T0 })]);
    expect(state).to.include({ status: 'revoked', revokedFor: 'account-linked' });
  });
});
