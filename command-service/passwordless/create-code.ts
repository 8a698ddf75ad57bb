import { type AddCodeResult, addCode, createDevice, discard, type NewCode } from '../../domain/passwordless/codes.js';
import { attachDevice, contactStream, PasswordlessContact } from '../../domain/passwordless/contact.js';
import { type Contact, deviceStream, PasswordlessDevice } from '../../domain/passwordless/device.js';
import { type CommandContext, command, type Target } from '../command.js';
import { configOf } from '../tenancy/config-of.js';
import type { Tx } from '../unit-of-work.js';
import { hashOfDeviceId, hashOfLinkCode, linkCodeOf, newSecret, newUserInputCode } from './code-secrets.js';

export interface CreateCodeInput {
  readonly target: Target;
  /** Whom a new login attempt is for, or the id of the one that another code is wanted for, in base64. */
  readonly for: { readonly contact: Contact } | { readonly deviceId: string };
  /** Undefined draws one. Not empty. */
  readonly userInputCode?: string;
}

/** A code, with the secrets that nobody but the caller ever sees. */
export interface CreatedCode {
  readonly status: 'OK';
  readonly preAuthSessionId: string;
  readonly codeId: string;
  readonly deviceId: string;
  readonly userInputCode: string;
  readonly linkCode: string;
  /** ms since the epoch. */
  readonly timeCreated: number;
  readonly codeLifetime: number;
}

export type CreateCodeResult = CreatedCode | { readonly status: Exclude<AddCodeResult['status'], 'OK'> };

interface DrawnCode {
  readonly userInputCode: string;
  readonly linkCode: string;
  readonly code: NewCode;
}

/** Begins a login attempt, or adds a code to one (40-thirdparty-passwordless.md 5.1). */
export const createCode = command<CreateCodeInput, CreateCodeResult>(
  'CreatePasswordlessCode',
  async (context, { target, for: wanted, userInputCode }) => {
    const deviceId = 'deviceId' in wanted ? Buffer.from(wanted.deviceId, 'base64') : newSecret(context.randomBytes);
    const deviceIdHash = hashOfDeviceId(deviceId);
    const made = await context.transact((tx) =>
      'contact' in wanted
        ? begin(tx, context, { target, contact: wanted.contact, deviceId, deviceIdHash, userInputCode })
        : resend(tx, context, { target, deviceId, deviceIdHash, userInputCode }),
    );
    if ('status' in made) return made;
    return {
      status: 'OK',
      preAuthSessionId: deviceIdHash,
      codeId: made.code.codeId,
      deviceId: deviceId.toString('base64'),
      userInputCode: made.userInputCode,
      linkCode: made.linkCode,
      timeCreated: made.code.at,
      codeLifetime: configOf(context.registry, target).passwordless_code_lifetime,
    };
  },
);

interface Attempt {
  readonly target: Target;
  readonly deviceId: Buffer;
  readonly deviceIdHash: string;
  readonly userInputCode: string | undefined;
}

async function begin(
  tx: Tx,
  context: CommandContext,
  { target, contact, deviceId, deviceIdHash, userInputCode }: Attempt & { readonly contact: Contact },
): Promise<DrawnCode> {
  const { appKey, tenantKey } = target;
  const linkCodeSalt = newSecret(context.randomBytes);
  const drawn = draw(context, deviceId, linkCodeSalt, userInputCode ?? newUserInputCode(context.randomBytes));
  const deviceStreamId = deviceStream(appKey, tenantKey, deviceIdHash);
  await tx.create(PasswordlessDevice, deviceStreamId);
  const device = { appKey, tenantKey, deviceIdHash, contact, linkCodeSalt: linkCodeSalt.toString('base64') };
  tx.append(PasswordlessDevice, deviceStreamId, createDevice(device, drawn.code));

  const contactId = contactStream(appKey, tenantKey, contact);
  const attached = attachDevice(await tx.load(PasswordlessContact, contactId), deviceIdHash, drawn.code.at);
  tx.append(PasswordlessContact, contactId, attached.events);
  if (attached.superseded !== undefined) {
    const oldest = deviceStream(appKey, tenantKey, attached.superseded);
    const superseded = discard(await tx.load(PasswordlessDevice, oldest), 'superseded', drawn.code.at);
    tx.append(PasswordlessDevice, oldest, superseded);
  }
  return drawn;
}

async function resend(
  tx: Tx,
  context: CommandContext,
  { target, deviceId, deviceIdHash, userInputCode }: Attempt,
): Promise<DrawnCode | { readonly status: Exclude<AddCodeResult['status'], 'OK'> }> {
  const deviceStreamId = deviceStream(target.appKey, target.tenantKey, deviceIdHash);
  const device = await tx.load(PasswordlessDevice, deviceStreamId);
  const salt = Buffer.from(device?.linkCodeSalt ?? '', 'base64');
  for (;;) {
    const drawn = draw(context, deviceId, salt, userInputCode ?? newUserInputCode(context.randomBytes));
    const { result, events } = addCode(device, drawn.code);
    // A drawn code that the device has already is no fault of the caller's: another one will do.
    if (result.status === 'USER_INPUT_CODE_ALREADY_USED_ERROR' && userInputCode === undefined) continue;
    tx.append(PasswordlessDevice, deviceStreamId, events);
    return result.status === 'OK' ? drawn : { status: result.status };
  }
}

function draw(context: CommandContext, deviceId: Buffer, salt: Buffer, userInputCode: string): DrawnCode {
  const linkCode = linkCodeOf(deviceId, salt, userInputCode);
  return {
    userInputCode,
    linkCode: linkCode.toString('base64url'),
    code: { codeId: context.uuid(), linkCodeHash: hashOfLinkCode(linkCode), at: context.now() },
  };
}
