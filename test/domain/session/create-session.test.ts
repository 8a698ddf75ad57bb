import { expect } from 'chai';
import { jsonText } from '../../../domain/json/raw-json.js';
import { createSession, type NewSession } from '../../../domain/session/create-session.js';
import { Session } from '../../../domain/session/session.js';
import { folded, given } from '../given.js';
import { created, EMPTY, HANDLE, PROTECTED, R, RT0, T0 } from './fixtures.js';

function create(facts: Partial<NewSession> = {}) {
  const session: NewSession = {
    app: 'a1',
    tenant: 'public',
    tenantId: 'public',
    handle: HANDLE,
    owner: { recipeUserId: 'u1', subjectUserId: 'u1', userId: 'u1' },
    refreshTokenHash2: RT0.hash2,
    userDataInJWT: EMPTY,
    userDataInDatabase: EMPTY,
    useStaticKey: false,
    accessTokenVersion: 5,
    ...facts,
  };
  return (state: Session | { status: 'none' }) => createSession(state, session, T0, R);
}

describe('create session', () => {
  it('case 1: stores the session with its payloads as they were sent', () => {
    const userDataInJWT = jsonText('{"role":"x","n":null}');
    const userDataInDatabase = jsonText('{"d":1}');
    given(Session, [])
      .when(create({ userDataInJWT, userDataInDatabase }))
      .then([created({ userDataInJWT, userDataInDatabase })], { status: 'OK', expiresAt: T0 + R });
  });

  it('case 4: a payload with a protected key stores nothing', () => {
    given(Session, [])
      .when(create({ userDataInJWT: jsonText('{"tId":"t9"}') }))
      .then([], PROTECTED);
  });

  it('case 5: rsub is protected from CDI 4.0 on, and an ordinary claim before', () => {
    const userDataInJWT = jsonText('{"rsub":"q"}');
    given(Session, [])
      .when(create({ userDataInJWT, accessTokenVersion: 5 }))
      .then([], PROTECTED);
    given(Session, [])
      .when(create({ userDataInJWT, accessTokenVersion: 4 }))
      .then([created({ userDataInJWT })], { status: 'OK', expiresAt: T0 + R });
  });

  it('case 8: an empty user id is a user id', () => {
    const owner = { recipeUserId: '', subjectUserId: '', userId: '' };
    given(Session, [])
      .when(create({ owner }))
      .then([created({ recipeUserId: '', subjectUserId: '', primaryUserId: '' })], { status: 'OK', expiresAt: T0 + R });
  });

  it('case 9: keeps the tenant under its name and under the key of its incarnation', () => {
    const place = { tenant: 't1~2', tenantId: 't1', handle: `${HANDLE}_t1` };
    given(Session, [])
      .when(create(place))
      .then([created(place)], { status: 'OK', expiresAt: T0 + R });
  });

  it('case 11: keeps the stored id, the id behind it and the primary id of a linked, mapped login', () => {
    const owner = { recipeUserId: 'extL', subjectUserId: 'L', userId: 'extP' };
    given(Session, [])
      .when(create({ owner }))
      .then([created({ recipeUserId: 'extL', subjectUserId: 'L', primaryUserId: 'extP' })], {
        status: 'OK',
        expiresAt: T0 + R,
      });
  });

  it('case 62: the session expires and starts as its refresh token does', () => {
    const state = folded(Session, Session.initial, [created()]);
    expect(state).to.include({ expiresAt: T0 + R, timeCreated: T0 });
  });

  it('case 63: keeps nulls and all digits of both payloads', () => {
    const payload = jsonText('{"n":null,"big":1234567890123456789}');
    const decided = create({ userDataInJWT: payload, userDataInDatabase: payload })({ status: 'none' });
    const state = folded(Session, Session.initial, decided.events);
    expect(state).to.include({ userDataInJWT: payload, userDataInDatabase: payload });
  });

  it('a handle that is taken is a fault', () => {
    expect(() => given(Session, [created()]).when(create())).to.throw(HANDLE);
  });
});
