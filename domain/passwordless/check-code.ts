import { accept, type Decision, unchanged } from '../event.js';
import { discard, factsOf } from './codes.js';
import { type Contact, type Device, type DeviceState, isExpired } from './device.js';
import { type DeviceEvent, PasswordlessCodeAttemptFailed } from './events.js';

/** A code that somebody presents, by the hash of its link code. */
export interface PresentedCode {
  /** How it came: in a link, or typed beside the device's id. Only what is typed is counted when it is wrong. */
  readonly by: 'link' | 'input';
  readonly linkCodeHash: string;
  /** What the caller takes for the hash of the device's id. */
  readonly preAuthSessionId: string;
}

export interface CodeRules {
  readonly maxAttempts: number;
  readonly lifetimeMs: number;
  /** The moment, ms since the epoch. */
  readonly at: number;
}

/** A device as its attempt left it. */
export interface CheckedDevice {
  readonly preAuthSessionId: string;
  readonly failedCodeInputAttemptCount: number;
  readonly contact: Contact;
}

export type CodeRefusal =
  | { readonly status: 'RESTART_FLOW_ERROR' | 'PRE_AUTH_SESSION_ID_MISMATCH' }
  | {
      readonly status: 'INCORRECT_USER_INPUT_CODE_ERROR' | 'EXPIRED_USER_INPUT_CODE_ERROR';
      readonly failedCodeInputAttemptCount: number;
      readonly maximumCodeInputAttempts: number;
    };

export type CheckResult = { readonly status: 'OK'; readonly device: CheckedDevice } | CodeRefusal;

const RESTART: CheckResult = { status: 'RESTART_FLOW_ERROR' };

/**
 * Checks a code against the device that it may belong to (40-thirdparty-passwordless.md 5.2). A right one changes
 * nothing. A wrong typed one is counted, and the one that reaches the limit ends the device.
 */
export function checkCode(
  device: DeviceState,
  presented: PresentedCode,
  rules: CodeRules,
): Decision<CheckResult, DeviceEvent> {
  if (!device) return unchanged(RESTART);
  const code = device.codes.find((known) => known.linkCodeHash === presented.linkCodeHash);
  const isUsable = code !== undefined && !isExpired(code, rules.lifetimeMs, rules.at);
  if (presented.by === 'link' && !isUsable) return unchanged(RESTART);
  if (device.deviceIdHash !== presented.preAuthSessionId) return unchanged({ status: 'PRE_AUTH_SESSION_ID_MISMATCH' });
  if (device.failedAttempts >= rules.maxAttempts) return exhausted(device, rules.at);
  if (!isUsable) return failed(device, code ? 'expired' : 'incorrect', rules);
  const { deviceIdHash: preAuthSessionId, failedAttempts, contact } = device;
  return unchanged({
    status: 'OK',
    device: { preAuthSessionId, failedCodeInputAttemptCount: failedAttempts, contact },
  });
}

function failed(
  device: Device,
  kind: 'incorrect' | 'expired',
  { maxAttempts, at }: CodeRules,
): Decision<CheckResult, DeviceEvent> {
  const failedAttempts = device.failedAttempts + 1;
  if (failedAttempts >= maxAttempts) return exhausted(device, at);
  return accept<CheckResult, DeviceEvent>(
    {
      status: kind === 'expired' ? 'EXPIRED_USER_INPUT_CODE_ERROR' : 'INCORRECT_USER_INPUT_CODE_ERROR',
      failedCodeInputAttemptCount: failedAttempts,
      maximumCodeInputAttempts: maxAttempts,
    },
    PasswordlessCodeAttemptFailed({ ...factsOf(device, at), kind, failedAttempts }),
  );
}

function exhausted(device: Device, at: number): Decision<CheckResult, DeviceEvent> {
  return accept(RESTART, ...discard(device, 'attempts-exhausted', at));
}
