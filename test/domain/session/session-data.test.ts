import { jsonText } from '../../../domain/json/raw-json.js';
import { AccessTokenPayloadReplaced, SessionDataReplaced, SessionRevoked } from '../../../domain/session/events.js';
import { regenerate } from '../../../domain/session/regenerate.js';
import { replaceAccessTokenPayload } from '../../../domain/session/replace-access-token-payload.js';
import { replaceSessionData } from '../../../domain/session/replace-session-data.js';
import { Session } from '../../../domain/session/session.js';
import { given } from '../given.js';
import { created, EMPTY, NO_SESSION, PROTECTED, R, T0, V } from './fixtures.js';

const stored = jsonText('{"stored":true}');
const k1 = jsonText('{"k":1}');
const live = { version: 5, expiresAt: T0 + V } as const;
const history = [created({ userDataInJWT: stored })];
const revoked = SessionRevoked({ reason: 'handle', at: T0 });

describe('regenerate', () => {
  it('case 45: stores the payload and mints a token with it', () => {
    given(Session, history)
      .when((state) => regenerate(state, live, k1, T0 + 10))
      .then([AccessTokenPayloadReplaced({ userDataInJWT: k1, at: T0 + 10 })], {
        status: 'OK',
        userDataInJWT: k1,
        useStaticKey: false,
        mint: true,
      });
  });

  it('case 45: an empty payload empties it, no payload keeps it', () => {
    given(Session, history)
      .when((state) => regenerate(state, live, EMPTY, T0 + 10))
      .then([AccessTokenPayloadReplaced({ userDataInJWT: EMPTY, at: T0 + 10 })], {
        status: 'OK',
        userDataInJWT: EMPTY,
        useStaticKey: false,
        mint: true,
      });
    given(Session, history)
      .when((state) => regenerate(state, live, undefined, T0 + 10))
      .then([], { status: 'OK', userDataInJWT: stored, useStaticKey: false, mint: true });
  });

  it('case 46: an expired access token stores the payload and mints nothing', () => {
    const expired = { version: 5, expiresAt: T0 + 9 } as const;
    given(Session, history)
      .when((state) => regenerate(state, expired, k1, T0 + 10))
      .then([AccessTokenPayloadReplaced({ userDataInJWT: k1, at: T0 + 10 })], {
        status: 'OK',
        userDataInJWT: k1,
        useStaticKey: false,
        mint: false,
      });
  });

  it('case 46: a token is still good in the millisecond in which it expires', () => {
    given(Session, history)
      .when((state) => regenerate(state, { version: 5, expiresAt: T0 + 10 }, undefined, T0 + 10))
      .then([], { status: 'OK', userDataInJWT: stored, useStaticKey: false, mint: true });
  });

  it('case 47: there is nothing to regenerate after a revocation or expiry', () => {
    given(Session, [...history, revoked])
      .when((state) => regenerate(state, live, k1, T0 + 10))
      .then([], NO_SESSION);
    given(Session, history)
      .when((state) => regenerate(state, live, k1, T0 + R))
      .then([], NO_SESSION);
  });

  it('case 47: a protected key, by the version of the token, changes nothing', () => {
    given(Session, history)
      .when((state) => regenerate(state, live, jsonText('{"sub":"z"}'), T0))
      .then([], PROTECTED);
    const rsub = jsonText('{"rsub":"z"}');
    given(Session, history)
      .when((state) => regenerate(state, { ...live, version: 4 }, rsub, T0))
      .then([AccessTokenPayloadReplaced({ userDataInJWT: rsub, at: T0 })], {
        status: 'OK',
        userDataInJWT: rsub,
        useStaticKey: false,
        mint: true,
      });
  });

  it('mints with the kind of key that the session has', () => {
    given(Session, [created({ useStaticKey: true })])
      .when((state) => regenerate(state, live, undefined, T0))
      .then([], { status: 'OK', userDataInJWT: EMPTY, useStaticKey: true, mint: true });
  });
});

describe('replace session data', () => {
  it('replaces the whole', () => {
    given(Session, history)
      .when((state) => replaceSessionData(state, k1, T0 + 10))
      .then([SessionDataReplaced({ userDataInDatabase: k1, at: T0 + 10 })], { status: 'OK' });
  });

  it('writes nothing when the very same text is stored', () => {
    given(Session, history)
      .when((state) => replaceSessionData(state, k1, T0 + 10))
      .when((state) => replaceSessionData(state, k1, T0 + 11))
      .then([], { status: 'OK' });
  });

  it('writes a text that is spelled differently: it comes back as it was sent', () => {
    const spaced = jsonText('{ "k": 1 }');
    given(Session, [created({ userDataInDatabase: k1 })])
      .when((state) => replaceSessionData(state, spaced, T0))
      .then([SessionDataReplaced({ userDataInDatabase: spaced, at: T0 })], { status: 'OK' });
  });

  it('case 49: an unknown, a revoked and an expired session do not exist', () => {
    given(Session, [])
      .when((state) => replaceSessionData(state, k1, T0))
      .then([], NO_SESSION);
    given(Session, [...history, revoked])
      .when((state) => replaceSessionData(state, k1, T0))
      .then([], NO_SESSION);
    given(Session, history)
      .when((state) => replaceSessionData(state, k1, T0 + R))
      .then([], NO_SESSION);
  });
});

describe('replace access token payload', () => {
  it('replaces the whole', () => {
    given(Session, history)
      .when((state) => replaceAccessTokenPayload(state, k1, 5, T0 + 10))
      .then([AccessTokenPayloadReplaced({ userDataInJWT: k1, at: T0 + 10 })], { status: 'OK' });
  });

  it('case 49: protected keys are looked for before the session is', () => {
    given(Session, [])
      .when((state) => replaceAccessTokenPayload(state, jsonText('{"exp":1}'), 5, T0))
      .then([], PROTECTED);
    given(Session, [])
      .when((state) => replaceAccessTokenPayload(state, k1, 5, T0))
      .then([], NO_SESSION);
  });

  it('the caller’s version says what is protected', () => {
    const rsub = jsonText('{"rsub":"q"}');
    given(Session, history)
      .when((state) => replaceAccessTokenPayload(state, rsub, 5, T0))
      .then([], PROTECTED);
    given(Session, history)
      .when((state) => replaceAccessTokenPayload(state, rsub, 4, T0))
      .then([AccessTokenPayloadReplaced({ userDataInJWT: rsub, at: T0 })], { status: 'OK' });
  });

  it('writes nothing when the very same text is stored', () => {
    given(Session, history)
      .when((state) => replaceAccessTokenPayload(state, stored, 5, T0))
      .then([], { status: 'OK' });
  });
});
