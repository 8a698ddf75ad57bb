import { expect } from 'chai';
import { jsonText } from '../../../domain/json/raw-json.js';
import {
  RefreshTokenPromoted,
  RefreshTokenReuseDetected,
  SessionRevoked,
  SessionSigningKeyKindChanged,
} from '../../../domain/session/events.js';
import { classifyPromotingRefresh } from '../../../domain/session/refresh-promoting.js';
import { decideReuse } from '../../../domain/session/reuse.js';
import { Session } from '../../../domain/session/session.js';
import { folded, given } from '../given.js';
import * as f from './fixtures.js';

const { RT0, T0, R } = f;
const RT1 = f.token('RT1', RT0);
const RT1b = f.token("RT1'", RT0);
const RT2 = f.token('RT2', RT1);

function promoted(now: number, child: f.Token, parent: f.Token, trigger: 'verify' | 'refresh') {
  return RefreshTokenPromoted({ newHash2: child.hash2, prevHash2: parent.hash2, expiresAt: now + R, trigger, at: now });
}

function theftRecorded(at: number) {
  return RefreshTokenReuseDetected({ subtype: null, reportedAs: 'TOKEN_THEFT_DETECTED', at });
}

describe('refresh at CDI 5.5 and older', () => {
  it('case 26: the current token may be refreshed again and again, and nothing is written', () => {
    given(Session, [f.created()])
      .when(f.refresh54(RT0, { now: T0 + 10 }))
      .when(f.refresh54(RT0, { now: T0 + 20 }))
      .then([], f.granted(T0 + 20));
  });

  it('case 27: verifying the access token of a child promotes the child, once', () => {
    const at1 = f.accessToken(RT1);
    given(Session, [f.created()])
      .when(f.verify54(at1, { now: T0 + 10 }))
      .then([promoted(T0 + 10, RT1, RT0, 'verify')], f.minted());
    given(Session, [f.created(), promoted(T0 + 10, RT1, RT0, 'verify')])
      .when(f.verify54(f.accessToken(f.parentless(RT1)), { now: T0 + 20 }))
      .then([], f.AS_IT_IS);
  });

  it('case 27: after the promotion the parent and the other children are theft, and the session lives on', () => {
    const history = [f.created(), promoted(T0 + 10, RT1, RT0, 'verify')];
    for (const stale of [RT0, RT1b]) {
      given(Session, history)
        .when(f.refresh54(stale, { now: T0 + 20 }))
        .then([theftRecorded(T0 + 20)], f.theft(undefined));
    }
    expect(folded(Session, Session.initial, [...history, theftRecorded(T0 + 20)]).status).to.equal('alive');
  });

  it('case 27: a theft names the session that it happened to', () => {
    const state = folded(Session, Session.initial, [f.created()]);
    const found = classifyPromotingRefresh(state, {
      presented: f.token('foreign'),
      useDynamicSigningKey: undefined,
      accessTokenVersion: 5,
      now: T0,
    });
    expect(found).to.deep.equal({ status: 'REUSE', session: state, subtype: null, now: T0 });
    if (found.status === 'REUSE') {
      expect(decideReuse(found, 'UNAUTHORISED').result).to.deep.equal({
        status: 'TOKEN_THEFT_DETECTED',
        session: state,
        recentTokenReuseSubtype: undefined,
      });
    }
  });

  it('a reuse is recorded once until the current token changes, and answered every time', () => {
    const history = [f.created(), promoted(T0 + 10, RT1, RT0, 'verify'), theftRecorded(T0 + 20)];
    given(Session, history)
      .when(f.refresh54(RT0, { now: T0 + 30 }))
      .then([], f.theft(undefined));
    given(Session, [...history, promoted(T0 + 40, RT2, RT1, 'refresh')])
      .when(f.refresh54(RT0, { now: T0 + 50 }))
      .then([theftRecorded(T0 + 50)], f.theft(undefined));
  });

  it('case 28: refreshing with a child promotes it', () => {
    given(Session, [f.created()])
      .when(f.refresh54(RT1, { now: T0 + 10 }))
      .then([promoted(T0 + 10, RT1, RT0, 'refresh')], f.granted(T0 + 10));
  });

  it('case 28: the access token of a child that is current gets a new one without a write, an older one does not', () => {
    const at1 = f.accessToken(RT1);
    const once = [f.created(), promoted(T0 + 10, RT1, RT0, 'refresh')];
    given(Session, once)
      .when(f.verify54(at1, { now: T0 + 20 }))
      .then([], f.minted());
    const twice = [...once, promoted(T0 + 30, RT2, RT1, 'refresh')];
    given(Session, twice)
      .when(f.verify54(at1, { now: T0 + 40 }))
      .then([], f.AS_IT_IS);
    for (const stale of [RT0, RT1]) {
      given(Session, twice)
        .when(f.refresh54(stale, { now: T0 + 40 }))
        .then([theftRecorded(T0 + 40)], f.theft(undefined));
    }
  });

  it('case 29: the session expires R after its creation, and R after a promotion once there was one', () => {
    const refreshed = f.refresh54(RT0, { now: T0 + 10 })(folded(Session, Session.initial, [f.created()]));
    expect(folded(Session, Session.initial, [f.created(), ...refreshed.events])).to.include({ expiresAt: T0 + R });
    const state = folded(Session, Session.initial, [f.created(), promoted(T0 + 20, RT1, RT0, 'verify')]);
    expect(state).to.include({ expiresAt: T0 + 20 + R, refreshTokenRotatedAt: T0 + 20 });
  });

  it('case 30: a change of the kind of key is stored, also when nothing is promoted', () => {
    const changed = SessionSigningKeyKindChanged({ useStaticKey: true, at: T0 + 10 });
    given(Session, [f.created()])
      .when(f.refresh54(RT0, { now: T0 + 10, useDynamicSigningKey: false }))
      .then([changed], f.granted(T0 + 10, true));
    given(Session, [f.created()])
      .when(f.refresh54(RT1, { now: T0 + 10, useDynamicSigningKey: false }))
      .then([promoted(T0 + 10, RT1, RT0, 'refresh'), changed], f.granted(T0 + 10, true));
    given(Session, [f.created(), changed])
      .when(f.verify54(f.accessToken(RT1), { now: T0 + 20 }))
      .then([promoted(T0 + 20, RT1, RT0, 'verify')], f.minted(f.EMPTY, true));
  });

  it('case 30: without a word about the kind of key the session keeps its own', () => {
    given(Session, [f.created({ useStaticKey: true })])
      .when(f.refresh54(RT0, { now: T0 + 10 }))
      .then([], f.granted(T0 + 10, true));
  });

  it('case 33: an expired, a revoked and an unknown session are missing', () => {
    given(Session, [f.created()])
      .when(f.refresh54(RT0, { now: T0 + R + 1 }))
      .then([], f.SESSION_MISSING);
    given(Session, [f.created(), SessionRevoked({ reason: 'handle', at: T0 })])
      .when(f.refresh54(RT0))
      .then([], f.SESSION_MISSING);
    given(Session, []).when(f.refresh54(RT0)).then([], f.SESSION_MISSING);
  });

  it('case 33: the session can be refreshed in the millisecond in which it expires', () => {
    given(Session, [f.created()])
      .when(f.refresh54(RT0, { now: T0 + R }))
      .then([], f.granted(T0 + R));
  });

  it('case 34: a stored payload that the new version protects is refused and moves nothing', () => {
    const refused = { status: 'UNAUTHORISED', message: 'The user payload contains protected field' } as const;
    const session = f.created({ userDataInJWT: jsonText('{"rsub":"q"}') });
    for (const presented of [RT0, RT1]) {
      given(Session, [session]).when(f.refresh54(presented)).then([], refused);
    }
    given(Session, [session])
      .when(f.refresh54(RT0, { version: 4 }))
      .then([], f.granted(T0));
  });

  it('case 42: a token retired by CDI 5.6 is theft, inside its window too, and the session stays', () => {
    given(Session, [f.created()])
      .when(f.refresh56(RT0, RT1, { now: T0 + 10 }))
      .when(f.refresh54(RT0, { now: T0 + 20 }))
      .then([theftRecorded(T0 + 20)], f.theft(undefined));
  });
});
