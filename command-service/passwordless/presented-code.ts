import { type CheckResult, checkCode } from '../../domain/passwordless/check-code.js';
import { type DeviceState, deviceStream, PasswordlessDevice } from '../../domain/passwordless/device.js';
import type { CommandContext, Target } from '../command.js';
import { configOf } from '../tenancy/config-of.js';
import type { Tx } from '../unit-of-work.js';
import { hashOfDeviceId, hashOfLinkCode, linkCodeOf } from './code-secrets.js';

/** A code as somebody presents it (40-thirdparty-passwordless.md 5.2). */
export interface PresentedCodeInput {
  readonly target: Target;
  /** Without padding. */
  readonly preAuthSessionId: string;
  readonly code:
    | {
        /** Base64url. */
        readonly linkCode: string;
        /** The hash of the id of the device that the code may belong to, if another than the session id names. */
        readonly candidate: string | null;
      }
    | {
        /** Base64. */
        readonly deviceId: string;
        readonly userInputCode: string;
      };
}

/** Checks a code in the caller's transaction; what a wrong one leads to is part of its append. */
export async function checkPresentedCode(
  tx: Tx,
  context: CommandContext,
  { target, preAuthSessionId, code }: PresentedCodeInput,
  at: number,
): Promise<CheckResult> {
  const config = configOf(context.registry, target);
  const rules = {
    maxAttempts: config.passwordless_max_code_input_attempts,
    lifetimeMs: config.passwordless_code_lifetime,
    at,
  };
  const load = async (hash: string) => {
    const id = deviceStream(target.appKey, target.tenantKey, hash);
    return { id, device: await tx.load(PasswordlessDevice, id) };
  };
  if ('linkCode' in code) {
    const linkCodeHash = hashOfLinkCode(Buffer.from(code.linkCode, 'base64url'));
    const named = await load(preAuthSessionId);
    const isNamed = code.candidate === null || hasCode(named.device, linkCodeHash);
    const { id, device } = isNamed ? named : await load(code.candidate);
    const decision = checkCode(device, { by: 'link', linkCodeHash, preAuthSessionId }, rules);
    tx.append(PasswordlessDevice, id, decision.events);
    return decision.result;
  }
  const deviceId = Buffer.from(code.deviceId, 'base64');
  const { id, device } = await load(hashOfDeviceId(deviceId));
  const salt = Buffer.from(device?.linkCodeSalt ?? '', 'base64');
  const linkCodeHash = hashOfLinkCode(linkCodeOf(deviceId, salt, code.userInputCode));
  const decision = checkCode(device, { by: 'input', linkCodeHash, preAuthSessionId }, rules);
  tx.append(PasswordlessDevice, id, decision.events);
  return decision.result;
}

function hasCode(device: DeviceState, linkCodeHash: string): boolean {
  return device?.codes.some((code) => code.linkCodeHash === linkCodeHash) ?? false;
}
