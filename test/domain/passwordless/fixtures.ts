import type { Decision } from '../../../domain/event.js';
import { createDevice } from '../../../domain/passwordless/codes.js';
import { type DeviceEvent, PasswordlessCodeIssued } from '../../../domain/passwordless/events.js';

export const T0 = 1_700_000_000_000;
export const DEVICE = 'Yw3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0';
export const LIFETIME = 900_000;
export const EMAIL = { kind: 'email', value: 'ann@example.org' } as const;

/** What every event of the device says, at a moment. */
export const facts = (at: number) => ({ app: 'public', tenant: 't1', deviceIdHash: DEVICE, at });

export const codeOf = (name: string, at = T0) => ({ codeId: `id-${name}`, linkCodeHash: `hash-${name}`, at });

/** A device with one code. */
export const created: readonly DeviceEvent[] = createDevice(
  { appKey: 'public', tenantKey: 't1', deviceIdHash: DEVICE, contact: EMAIL, linkCodeSalt: 'c2FsdA==' },
  codeOf('first'),
);

export const issued = (name: string, at = T0): DeviceEvent => {
  const { codeId, linkCodeHash } = codeOf(name);
  return PasswordlessCodeIssued({ ...facts(at), codeId, linkCodeHash });
};

/** Events without an answer, as a decision. */
export function decided(events: readonly DeviceEvent[]): Decision<undefined, DeviceEvent> {
  return { result: undefined, events };
}
