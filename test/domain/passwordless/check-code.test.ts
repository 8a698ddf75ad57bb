import { checkCode, type PresentedCode } from '../../../domain/passwordless/check-code.js';
import { type DeviceState, PasswordlessDevice } from '../../../domain/passwordless/device.js';
import { PasswordlessCodeAttemptFailed, PasswordlessDeviceDiscarded } from '../../../domain/passwordless/events.js';
import { given } from '../given.js';
import { created, DEVICE, EMAIL, facts, issued, LIFETIME, T0 } from './fixtures.js';

const AT = T0 + 5;
const RESTART = { status: 'RESTART_FLOW_ERROR' } as const;
const rules = { maxAttempts: 5, lifetimeMs: LIFETIME, at: AT };
const right: PresentedCode = { by: 'input', linkCodeHash: 'hash-first', preAuthSessionId: DEVICE };
const wrong: PresentedCode = { ...right, linkCodeHash: 'hash-unknown' };
const failed = (failedAttempts: number, at = AT, kind: 'incorrect' | 'expired' = 'incorrect') =>
  PasswordlessCodeAttemptFailed({ ...facts(at), kind, failedAttempts });
const exhausted = PasswordlessDeviceDiscarded({ ...facts(AT), reason: 'attempts-exhausted' });
const check =
  (presented: PresentedCode, changed: Partial<typeof rules> = {}) =>
  (device: DeviceState) =>
    checkCode(device, presented, { ...rules, ...changed });

describe('checking a code (40-thirdparty-passwordless.md 5.2)', () => {
  it('a right one changes nothing', () => {
    for (const by of ['input', 'link'] as const)
      given(PasswordlessDevice, created)
        .when(check({ ...right, by }))
        .then([], {
          status: 'OK',
          device: { preAuthSessionId: DEVICE, failedCodeInputAttemptCount: 0, contact: EMAIL },
        });
  });

  it('case 27: all codes of a device are good at once', () => {
    given(PasswordlessDevice, [...created, issued('second')])
      .when(check(right))
      .then([], {
        status: 'OK',
        device: { preAuthSessionId: DEVICE, failedCodeInputAttemptCount: 0, contact: EMAIL },
      });
  });

  it('there is no code where there is no device', () => {
    given(PasswordlessDevice, []).when(check(right)).then([], RESTART);
    given(PasswordlessDevice, [...created, exhausted])
      .when(check(right))
      .then([], RESTART);
  });

  it('case 33: wrong typed codes count, and the one that reaches the limit ends the device', () => {
    given(PasswordlessDevice, created)
      .when(check(wrong))
      .then([failed(1)], {
        status: 'INCORRECT_USER_INPUT_CODE_ERROR',
        failedCodeInputAttemptCount: 1,
        maximumCodeInputAttempts: 5,
      });
    given(PasswordlessDevice, [...created, failed(4)])
      .when(check(wrong))
      .then([exhausted], RESTART);
  });

  it('case 32: wrong link codes do not count', () => {
    given(PasswordlessDevice, created)
      .when(check({ ...wrong, by: 'link' }))
      .then([], RESTART);
  });

  it('case 30: another session id is no attempt, and an unknown link code comes before it', () => {
    const MISMATCH = { status: 'PRE_AUTH_SESSION_ID_MISMATCH' } as const;
    const preAuthSessionId = `${DEVICE}asdf`;
    for (const presented of [right, wrong, { ...right, by: 'link' as const }])
      given(PasswordlessDevice, created)
        .when(check({ ...presented, preAuthSessionId }))
        .then([], MISMATCH);
    given(PasswordlessDevice, created)
      .when(check({ ...wrong, by: 'link', preAuthSessionId }))
      .then([], RESTART);
  });

  it('case 35: a lowered limit ends the device even for the right code', () => {
    for (const by of ['input', 'link'] as const)
      given(PasswordlessDevice, [...created, failed(4)])
        .when(check({ ...right, by }, { maxAttempts: 2 }))
        .then([exhausted], RESTART);
  });

  it('case 36: an expired code is a failed attempt when typed, and nothing in a link', () => {
    const at = T0 + LIFETIME + 1;
    given(PasswordlessDevice, created)
      .when(check(right, { at }))
      .then([failed(1, at, 'expired')], {
        status: 'EXPIRED_USER_INPUT_CODE_ERROR',
        failedCodeInputAttemptCount: 1,
        maximumCodeInputAttempts: 5,
      });
    given(PasswordlessDevice, created)
      .when(check({ ...right, by: 'link' }, { at }))
      .then([], RESTART);
  });

  it('a code exactly as old as its lifetime is good', () => {
    given(PasswordlessDevice, created)
      .when(check(right, { at: T0 + LIFETIME }))
      .then([], {
        status: 'OK',
        device: { preAuthSessionId: DEVICE, failedCodeInputAttemptCount: 0, contact: EMAIL },
      });
  });
});
