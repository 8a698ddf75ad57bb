import { SessionRevoked } from '../../../domain/session/events.js';
import { expireSession } from '../../../domain/session/revoke-session.js';
import { Session } from '../../../domain/session/session.js';
import { given } from '../given.js';
import { created, R, T0 } from './fixtures.js';

describe('expire session', () => {
  it('ends a session in the millisecond in which its time is over', () => {
    given(Session, [created()])
      .when((state) => expireSession(state, T0 + R))
      .then([SessionRevoked({ reason: 'expired', at: T0 + R })], { revoked: true });
  });

  it('leaves a session alone whose time is not over', () => {
    given(Session, [created()])
      .when((state) => expireSession(state, T0 + R - 1))
      .then([], { revoked: false });
  });

  it('does nothing for a session that was revoked or never was', () => {
    const revoked = SessionRevoked({ reason: 'handle', at: T0 });
    given(Session, [created(), revoked])
      .when((state) => expireSession(state, T0 + R))
      .then([], { revoked: false });
    given(Session, [])
      .when((state) => expireSession(state, T0 + R))
      .then([], { revoked: false });
  });
});
