import type { CoreConfig } from './options.js';

/** The longest rule taken, in characters. */
const MAX_RULE_LENGTH = 2000;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV6 = /^(?=.*:)[0-9a-f:.]{2,45}$/;
const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/;

/** Compiles a rule so that it has to match whole texts; undefined if it is no regular expression or too long. */
export function compileAddressRule(rule: string): RegExp | undefined {
  if (rule.length > MAX_RULE_LENGTH) return undefined;
  try {
    // On its own first: `a)|(b` is a valid expression only between the brackets that are put around it.
    new RegExp(rule);
    return new RegExp(`^(?:${rule})$`);
  } catch {
    return undefined;
  }
}

function longForm(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].join(':');
}

/** How a peer address may be written: as it is, as the IPv4 address it maps, with its zeros spelled out. */
function spellings(remoteAddress: string): string[] {
  const address = remoteAddress.toLowerCase().replace(/%.*$/s, '');
  if (IPV4.test(address)) return [address];
  if (!IPV6.test(address)) return [];
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  return mapped === undefined ? [address, longForm(address)] : [mapped, address];
}

/**
 * The IP rules of a tenant as a question (00-conventions.md 7): may this peer talk to it? Deny wins over allow; an
 * address that is none matches no rule.
 *
 * @throws Error when a rule is none: a {@link CoreConfig} has only valid ones
 */
export function addressPolicy(
  config: Pick<CoreConfig, 'ip_allow_regex' | 'ip_deny_regex'>,
): (remoteAddress: string) => boolean {
  const allow = requiredRule(config.ip_allow_regex);
  const deny = requiredRule(config.ip_deny_regex);
  if (!allow && !deny) return () => true;
  return (remoteAddress) => {
    const names = spellings(remoteAddress);
    if (deny && names.some((name) => deny.test(name))) return false;
    return !allow || names.some((name) => allow.test(name));
  };
}

function requiredRule(rule: string | null): RegExp | undefined {
  if (rule === null) return undefined;
  const compiled = compileAddressRule(rule);
  if (!compiled) throw new Error('an IP rule was not validated before it was used');
  return compiled;
}
