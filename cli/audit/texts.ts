import { type AuditEntry, ERASED, HIDDEN } from './entry.js';
import type { PastPerson } from './state.js';

/** Fields that the line tells otherwise, or that mean nothing to people. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['app', 'at', 'keyName', 'owner']);
const TIMES = /At$/;
const PLAIN = /^[\w@.+:~/-]+$/;
/** What could change how a terminal or an editor shows a line, beyond what JSON escapes. */
const UNSAFE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** `EmailChanged` in words: `email changed`. */
export function eventInWords(type: string): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/** One line: when, what, the facts, who, how, where in the log. */
export function entryLine(entry: AuditEntry): string {
  const { time, type, data, about, actor, command, cdiVersion, correlationId, traceparent } = entry;
  const { accountInfo, stream, revision } = entry;
  const facts = Object.entries(data)
    .filter(([field]) => !NOT_SHOWN.has(field))
    .map(([field, value]) => `${field}=${isMark(entry, field) ? String(value) : factText(field, value)}`);
  const source = [
    `by ${actor === null ? 'unknown' : shown(actor)}`,
    ...(command === null ? [] : [`command ${shown(command)}`]),
    ...(cdiVersion === null ? [] : [`CDI ${shown(cdiVersion)}`]),
    ...(correlationId === null ? [] : [`correlation ${shown(correlationId)}`]),
    ...(traceparent === null ? [] : [`trace ${shown(traceparent)}`]),
    `${stream} revision ${revision}`,
    ...(about.relation === 'user' ? [] : [`of the ${about.relation} ${shown(about.userId)}`]),
  ];
  return [time, eventInWords(type), ...facts, ...infoFacts(accountInfo), `| ${source.join(', ')}`].join('  ');
}

function infoFacts(info: AuditEntry['accountInfo']): string[] {
  if (!info) return [];
  const { kind, value, tenant } = info;
  const [name, text] = kind === 'thirdparty' ? ['account', JSON.parse(value)] : [kind, value];
  return [`${name}=${shown(text)}`, `tenant=${shown(tenant)}`];
}

function isMark({ hidden, erased }: AuditEntry, field: string): boolean {
  return hidden.includes(field) || erased.includes(field);
}

function factText(field: string, value: unknown): string {
  return TIMES.test(field) && typeof value === 'number' ? new Date(value).toISOString() : shown(value);
}

/** A value on one line, with nothing in it that a terminal would obey. Stored text can't pass for a stand-in. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string' && PLAIN.test(value)) return value;
  return JSON.stringify(value).replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As {@link shown}, of a folded value: there the stand-ins are told by their text. */
function past(value: string | null | undefined): string {
  return value === ERASED || value === HIDDEN ? value : shown(value);
}

/** The lines that tell what a login method was. */
export function personLines({ userId, relation, loginMethod, linking, mapping, data, sessions }: PastPerson): string[] {
  const lines = [`${relation} ${shown(userId)}`];
  if (loginMethod) {
    const { recipe, email, phoneNumber, thirdParty, password, timeJoined, tenants } = loginMethod;
    lines.push(`  login method: ${recipe}, joined ${timeJoined}`);
    if (email !== undefined) lines.push(`  email: ${past(email)}`);
    if (phoneNumber !== undefined) lines.push(`  phone number: ${past(phoneNumber)}`);
    if (thirdParty) lines.push(`  third party: ${shown(thirdParty.id)} ${past(thirdParty.userId)}`);
    if (password) lines.push(`  password: ${password}`);
    lines.push(`  tenants: ${list(tenants)}`);
  } else lines.push('  login method: none');
  if (linking.kind === 'linked') lines.push(`  linked to the primary user ${linking.primaryUserId}`);
  if (linking.kind === 'primary') lines.push(`  primary user; linked login methods: ${list(linking.linked)}`);
  if (mapping) lines.push(`  external id: ${past(mapping.externalUserId)}, info: ${past(mapping.info)}`);
  for (const { id, verifiedEmails, metadata, roles } of data) {
    const under = data.length > 1 ? ` (under ${shown(id)})` : '';
    lines.push(`  verified emails${under}: ${verifiedEmails.map(past).join(', ') || 'none'}`);
    if (metadata !== null) lines.push(`  metadata${under}: ${past(metadata)}`);
    lines.push(
      `  roles${under}: ${roles.map(({ tenant, role }) => `${shown(role)} in ${shown(tenant)}`).join(', ') || 'none'}`,
    );
  }
  for (const { handle, tenant, created, expires, userDataInJWT, userDataInDatabase } of sessions) {
    lines.push(`  session ${shown(handle)} in ${shown(tenant)}, from ${created} to ${expires}`);
    lines.push(`    access token payload: ${past(userDataInJWT)}`, `    data: ${past(userDataInDatabase)}`);
  }
  return lines;
}

function list(items: readonly string[]): string {
  return items.map(shown).join(', ') || 'none';
}
