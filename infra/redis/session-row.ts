import type { JsonText } from '../../domain/json/raw-json.js';
import type { SessionRecord } from '../../domain/session/session.js';
import type { ChangeableFields, KeptSession } from '../ports/session-view.js';

/**
 * A session's value in Redis is a MessagePack array of texts, so that scripts can read it: the epoch it was written in,
 * its kind, the revision it is at, and then
 *
 * - kind A, a session: the fields below;
 * - kind T, a tombstone: nothing. The session has ended;
 * - kind U, unknown: the token and the end of a reader's lease, or ''. Only its own stream knows the session.
 */
export type SessionRow =
  | { readonly kind: 'A'; readonly epoch: string; readonly revision: number; readonly session: SessionRecord }
  | { readonly kind: 'T' | 'U'; readonly epoch: string; readonly revision: number };

const fields = [
  'tenantId',
  'tenant',
  'recipeUserId',
  'subjectUserId',
  'refreshTokenHash2',
  'prevRefreshTokenHash2',
  'refreshTokenRotatedAt',
  'expiresAt',
  'timeCreated',
  'userDataInJWT',
  'userDataInDatabase',
  'useStaticKey',
] as const satisfies readonly (keyof KeptSession)[];

/** Texts before the fields. */
const HEAD = 3;

/** How many fields a session has, and where those are that scripts look at, counted from 1. */
export const layout = {
  fields: fields.length,
  subject: HEAD + fields.indexOf('subjectUserId') + 1,
  user: HEAD + fields.indexOf('recipeUserId') + 1,
  expiresAt: HEAD + fields.indexOf('expiresAt') + 1,
};

type Text = string | Buffer;

/** The fields of a session in their order. */
export function packSession(session: KeptSession): readonly Text[] {
  return fields.map((field) => (field === 'subjectUserId' ? packSubject(session) : packed(session[field])));
}

/** Mostly a session is stored under the id of its owner's login method: it is not written twice. An id is never ''. */
function packSubject({ subjectUserId, recipeUserId }: KeptSession): string {
  return subjectUserId === recipeUserId ? '' : subjectUserId;
}

/** Fields as their places, counted from 1, and values. */
export function packFields(changed: Partial<ChangeableFields>): readonly Text[] {
  return fields.flatMap((field, at) => {
    const value = (changed as Partial<KeptSession>)[field];
    return value === undefined ? [] : [String(HEAD + at + 1), packed(value)];
  });
}

const HASH = /^[0-9a-f]{64}$/;
const HASH_BYTES = 32;

function packed(value: string | number | boolean | null): Text {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string' && HASH.test(value)) return Buffer.concat([HASH_MARK, Buffer.from(value, 'hex')]);
  return String(value);
}

/** A byte that no text in UTF-8 starts with. */
const HASH_MARK = Buffer.from([0xff]);

function textOf(bytes: Buffer): string {
  const isHash = bytes.length === HASH_BYTES + 1 && bytes[0] === HASH_MARK[0];
  return isHash ? bytes.toString('hex', 1) : bytes.toString();
}

/** Reads a row, or undefined for what is none. */
export function readRow(bytes: Buffer, appKey: string, handle: string): SessionRow | undefined {
  const texts = unpack(bytes)?.map(textOf);
  const [epoch, kind, number] = texts ?? [];
  if (!texts || epoch === undefined) return undefined;
  const revision = Number(number);
  if (kind === 'T' || kind === 'U') return { kind, epoch, revision };
  if (kind !== 'A' || texts.length !== HEAD + fields.length) return undefined;
  const of = (field: (typeof fields)[number]): string => texts[HEAD + fields.indexOf(field)] ?? '';
  const optional = (field: (typeof fields)[number]): string | null => of(field) || null;
  const rotatedAt = optional('refreshTokenRotatedAt');
  const recipeUserId = of('recipeUserId');
  return {
    kind,
    epoch,
    revision,
    session: {
      status: 'alive',
      erased: false,
      app: appKey,
      handle,
      tenant: of('tenant'),
      tenantId: of('tenantId'),
      recipeUserId,
      subjectUserId: of('subjectUserId') || recipeUserId,
      refreshTokenHash2: of('refreshTokenHash2'),
      prevRefreshTokenHash2: optional('prevRefreshTokenHash2'),
      refreshTokenRotatedAt: rotatedAt === null ? null : Number(rotatedAt),
      expiresAt: Number(of('expiresAt')),
      timeCreated: Number(of('timeCreated')),
      userDataInDatabase: of('userDataInDatabase') as JsonText,
      userDataInJWT: of('userDataInJWT') as JsonText,
      useStaticKey: of('useStaticKey') === '1',
    },
  };
}

/** The texts of a MessagePack array of texts, or undefined if it is something else (msgpack.org, specification). */
function unpack(bytes: Buffer): Buffer[] | undefined {
  const first = bytes[0] ?? 0;
  const isArray16 = first === 0xdc && bytes.length >= 3;
  if (!isArray16 && first >> 4 !== 0b1001) return undefined;
  const count = isArray16 ? bytes.readUInt16BE(1) : first & 0b1111;
  let at = isArray16 ? 3 : 1;
  const texts: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const length = lengthAt(bytes, at);
    if (!length) return undefined;
    const end = length.from + length.bytes;
    if (end > bytes.length) return undefined;
    texts.push(bytes.subarray(length.from, end));
    at = end;
  }
  return texts;
}

function lengthAt(bytes: Buffer, at: number): { readonly from: number; readonly bytes: number } | undefined {
  const type = bytes[at] ?? 0;
  if (type >> 5 === 0b101) return { from: at + 1, bytes: type & 0b11111 };
  if (type === 0xd9 && at + 2 <= bytes.length) return { from: at + 2, bytes: bytes.readUInt8(at + 1) };
  if (type === 0xda && at + 3 <= bytes.length) return { from: at + 3, bytes: bytes.readUInt16BE(at + 1) };
  if (type === 0xdb && at + 5 <= bytes.length) return { from: at + 5, bytes: bytes.readUInt32BE(at + 1) };
  return undefined;
}
