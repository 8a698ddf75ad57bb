import { compileAddressRule } from '../../domain/config/address-rules.js';

const MAX_COMPILED = 1000;
const GROUPS = 8;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** With a zone, perhaps: `fe80::1%eth0`. */
const IPV6 = /^(?=.*:)[0-9a-f:.]{2,45}(?:%.*)?$/is;

/** The IP rules of a tenant: sources of regular expressions, unset when null or undefined. */
export interface IpRules {
  readonly allow?: string | null | undefined;
  readonly deny?: string | null | undefined;
}

/**
 * Whether a peer may call (00-conventions.md 7). A rule matches when it matches the whole of any spelling of the address.
 * A rule that does not compile lets nobody in.
 *
 * @param remoteAddress of the TCP connection, as the runtime reports it
 */
export function ipAllowed({ allow, deny }: IpRules, remoteAddress: string | undefined): boolean {
  if (!allow && !deny) return true;
  const spellings = spellingsOf(remoteAddress ?? '');
  if (deny) {
    const rule = compiled(deny);
    if (rule === undefined || spellings.some((spelling) => rule.test(spelling))) return false;
  }
  if (!allow) return true;
  const rule = compiled(allow);
  return rule !== undefined && spellings.some((spelling) => rule.test(spelling));
}

/** The whole-text form of regular expressions by their source; undefined for those that do not compile. */
const compiledRules = new Map<string, RegExp | undefined>();

function compiled(source: string): RegExp | undefined {
  if (compiledRules.has(source)) return compiledRules.get(source);
  const rule = compileAddressRule(source);
  if (compiledRules.size >= MAX_COMPILED) {
    for (const oldest of compiledRules.keys()) {
      compiledRules.delete(oldest);
      break;
    }
  }
  compiledRules.set(source, rule);
  return rule;
}

/** The address as reported, without its zone, in long IPv6 form, and as IPv4 if it is mapped; loopback in both forms. */
function spellingsOf(address: string): string[] {
  if (IPV4.test(address)) return [address];
  if (!IPV6.test(address)) return [];
  const zoneAt = address.indexOf('%');
  const plain = (zoneAt === -1 ? address : address.slice(0, zoneAt)).toLowerCase();
  const groups = ipv6Groups(plain);
  if (groups === undefined) return [address];
  const ipv4 = mappedIpv4(groups);
  const long = groups.map((group) => group.toString(16)).join(':');
  const others = long === '0:0:0:0:0:0:0:1' ? [long, '::1'] : [long];
  return [address, plain, ...others, ...(ipv4 === undefined ? [] : [ipv4])];
}

function ipv6Groups(address: string): number[] | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map(groupsOfHalf);
  const missing = GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 0 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function groupsOfHalf(half: string): number[] {
  if (half === '') return [];
  return half.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function mappedIpv4(groups: readonly number[]): string | undefined {
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : undefined;
}
