import { jsonText } from '../../../domain/json/raw-json.js';
import {
  AccessTokenPayloadReplaced,
  RefreshTokenPromoted,
  RefreshTokenReissuedInGrace,
  RefreshTokenRotated,
  SessionRevoked,
} from '../../../domain/session/events.js';
import { Session } from '../../../domain/session/session.js';
import { given } from '../given.js';
import * as f from './fixtures.js';

const { RT0, T0, R } = f;
const RT1 = f.token('RT1', RT0);
const RT2 = f.token('RT2', RT1);
const roleX = jsonText('{"role":"x"}');
const roleY = jsonText('{"role":"y"}');
const ENDED = { status: 'UNAUTHORISED', message: 'Either the session has ended or has been blacklisted' } as const;
const ROTATED_OUT = { status: 'UNAUTHORISED', message: 'rotated-out token branch; refresh required' } as const;
const revoked = SessionRevoked({ reason: 'handle', at: T0 });

describe('verify at CDI 5.5 and older', () => {
  it('case 14: a fresh access token speaks for itself', () => {
    given(Session, [f.created()])
      .when(f.verify54(f.accessToken(RT0)))
      .then([], f.AS_IT_IS);
  });

  it('case 20: a revoked session is seen with checkDatabase, and not without', () => {
    const history = [f.created(), revoked];
    given(Session, history)
      .when(f.verify54(f.accessToken(RT0), { checkDatabase: true }))
      .then([], ENDED);
    given(Session, history)
      .when(f.verify54(f.accessToken(RT0), { checkDatabase: false }))
      .then([], f.AS_IT_IS);
  });

  it('an unused child of a revoked session is not found, with or without checkDatabase', () => {
    const at1 = f.accessToken(RT1);
    given(Session, [f.created(), revoked])
      .when(f.verify54(at1))
      .then([], { status: 'UNAUTHORISED', message: 'Session missing in db' });
    given(Session, [f.created(), revoked])
      .when(f.verify54(at1, { checkDatabase: true }))
      .then([], ENDED);
  });

  it('an expired session counts as missing, so that no child can revive it', () => {
    const now = T0 + R;
    given(Session, [f.created()])
      .when(f.verify54(f.accessToken(RT0), { now, checkDatabase: true }))
      .then([], ENDED);
    given(Session, [f.created()])
      .when(f.verify54(f.accessToken(RT1), { now }))
      .then([], { status: 'UNAUTHORISED', message: 'Session missing in db' });
  });

  it('case 21: a changed payload gives a new access token with it, and writes nothing', () => {
    const history = [
      f.created({ userDataInJWT: roleX }),
      AccessTokenPayloadReplaced({ userDataInJWT: roleY, at: T0 + 5 }),
    ];
    given(Session, history)
      .when(f.verify54(f.accessToken(RT0, roleX), { checkDatabase: true }))
      .then([], f.minted(roleY));
    given(Session, history)
      .when(f.verify54(f.accessToken(RT0, roleX), { checkDatabase: false }))
      .then([], f.AS_IT_IS);
    given(Session, history)
      .when(f.verify54(f.accessToken(RT0, roleY), { checkDatabase: true }))
      .then([], f.AS_IT_IS);
  });

  it('case 21: the order of members and the spelling of numbers make no change of payload', () => {
    given(Session, [f.created({ userDataInJWT: jsonText('{"a":1.0,"b":[null]}') })])
      .when(f.verify54(f.accessToken(RT0, jsonText('{"b":[null],"a":1}')), { checkDatabase: true }))
      .then([], f.AS_IT_IS);
  });

  it('a changed payload gives a token of a superseded branch a new one too, and leaves the branch superseded', () => {
    const history = [
      f.created({ userDataInJWT: roleX }),
      RefreshTokenPromoted({
        newHash2: RT1.hash2,
        prevHash2: RT0.hash2,
        expiresAt: T0 + R,
        trigger: 'verify',
        at: T0 + 5,
      }),
      AccessTokenPayloadReplaced({ userDataInJWT: roleY, at: T0 + 6 }),
    ];
    given(Session, history)
      .when(f.verify54(f.accessToken(f.token('sibling', RT0), roleX), { checkDatabase: true }))
      .then([], f.minted(roleY));
  });

  it('case 24: a token of version 4 is minted again as one, for whose payload rsub is an ordinary claim', () => {
    const userDataInJWT = jsonText('{"rsub":"q"}');
    const session = f.created({ userDataInJWT });
    const promoted = RefreshTokenPromoted({
      newHash2: RT1.hash2,
      prevHash2: RT0.hash2,
      expiresAt: T0 + R,
      trigger: 'verify',
      at: T0,
    });
    given(Session, [session])
      .when(f.verify54(f.accessToken(RT1, userDataInJWT, 4)))
      .then([promoted], f.minted(userDataInJWT));
    given(Session, [session])
      .when(f.verify54(f.accessToken(RT1, f.EMPTY, 5)))
      .then([], f.PROTECTED);
  });

  it('case 25: a token with the claims of the session is as good as its own', () => {
    given(Session, [f.created({ userDataInJWT: roleX })])
      .when(f.verify54(f.accessToken(RT0, roleX), { checkDatabase: true }))
      .then([], f.AS_IT_IS);
  });
});

describe('verify with checkDatabase at CDI 5.6', () => {
  const rotation = (to: f.Token, from: f.Token, at: number) =>
    RefreshTokenRotated({ newHash2: to.hash2, prevHash2: from.hash2, expiresAt: at + R, at });
  const OK = { status: 'OK', payloadUpdateAvailable: false } as const;

  it('case 20: a revoked, an expired and an unknown session have ended', () => {
    given(Session, [f.created(), revoked])
      .when(f.verify56(f.accessToken(RT0)))
      .then([], ENDED);
    given(Session, [f.created()])
      .when(f.verify56(f.accessToken(RT0), T0 + R))
      .then([], ENDED);
    given(Session, [])
      .when(f.verify56(f.accessToken(RT0)))
      .then([], ENDED);
  });

  it('case 21: says whether a newer payload is stored', () => {
    const session = f.created({ userDataInJWT: roleX });
    given(Session, [session, AccessTokenPayloadReplaced({ userDataInJWT: roleY, at: T0 })])
      .when(f.verify56(f.accessToken(RT0, roleX)))
      .then([], { status: 'OK', payloadUpdateAvailable: true });
    given(Session, [session])
      .when(f.verify56(f.accessToken(RT0, roleX)))
      .then([], OK);
  });

  it('case 43: the tokens of the last two generations hold, older ones do not', () => {
    const at0 = f.accessToken(RT0);
    const once = [f.created(), rotation(RT1, RT0, T0 + 10)];
    given(Session, once)
      .when(f.verify56(at0, T0 + 20))
      .then([], OK);
    given(Session, once)
      .when(f.verify56(f.accessToken(f.parentless(RT1)), T0 + 20))
      .then([], OK);
    given(Session, [...once, rotation(RT2, RT1, T0 + 30)])
      .when(f.verify56(at0, T0 + 40))
      .then([], ROTATED_OUT);
  });

  it('case 43: an unused child of a promoting refresh holds and stays unused', () => {
    given(Session, [f.created()])
      .when(f.verify56(f.accessToken(RT1)))
      .then([], OK);
  });

  it('the token displaced in the window does not hold any more, as it names no parent', () => {
    const displaced = f.accessToken(f.parentless(RT1));
    given(Session, [
      f.created(),
      rotation(RT1, RT0, T0 + 10),
      RefreshTokenReissuedInGrace({ newHash2: f.token('again', RT0).hash2, at: T0 + 20 }),
    ])
      .when(f.verify56(displaced, T0 + 30))
      .then([], ROTATED_OUT);
  });

  it('a child of the token retired last holds', () => {
    given(Session, [f.created(), rotation(RT2, RT0, T0 + 10)])
      .when(f.verify56(f.accessToken(f.token('sibling', RT0)), T0 + 20))
      .then([], OK);
  });
});
