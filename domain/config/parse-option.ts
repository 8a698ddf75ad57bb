import type { Option, OptionValue } from './option.js';
import { type ConfigDraft, canonicalName, coreOptions, type OptionName } from './options.js';

/** A value read (undefined: the default stays), or what is wrong with it. */
export type ParsedOption = { readonly value: OptionValue | undefined } | { readonly error: string };

const integerText = /^[+-]?\d{1,20}$/;
const numberText = /^[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})(e[+-]?\d{1,4})?$/i;
const int32Limit = 2 ** 31;

function toNumber(raw: unknown, text: RegExp): number {
  if (typeof raw === 'number') return raw;
  return typeof raw === 'string' && text.test(raw.trim()) ? Number(raw) : Number.NaN;
}

function toScalar(type: Option['type'], raw: unknown): OptionValue | undefined {
  switch (type) {
    case 'int': {
      const value = toNumber(raw, integerText);
      return Number.isInteger(value) && value >= -int32Limit && value < int32Limit ? value : undefined;
    }
    case 'long': {
      const value = toNumber(raw, integerText);
      return Number.isSafeInteger(value) ? value : undefined;
    }
    case 'double': {
      const value = toNumber(raw, numberText);
      return Number.isFinite(value) ? value : undefined;
    }
    case 'boolean': {
      const word = typeof raw === 'string' ? raw.trim().toLowerCase() : raw;
      if (word === true || word === 'true') return true;
      return word === false || word === 'false' ? false : undefined;
    }
    case 'string':
    case 'enum':
      return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : undefined;
  }
}

/**
 * Reads one value as its option's type (00-conventions.md 14.2; wart M12 of 10-multitenancy.md for non-scalars).
 * Enum values are not looked at here. Null unsets: it keeps a default that may not be null.
 *
 * @param name as the error is to call the option
 */
export function parseOption(name: string, option: Option, raw: unknown): ParsedOption {
  if (raw === null || raw === undefined) {
    return { value: option.nullable || option.default === null ? null : undefined };
  }
  const value = toScalar(option.type, raw);
  if (value !== undefined) return { value };
  const type = option.type === 'string' || option.type === 'enum' ? 'String' : option.type;
  return { error: `'${name}' must be of type ${type}` };
}

/** A draft with values laid over it, or the first type error. */
export type ReadOptions =
  | { readonly status: 'OK'; readonly draft: ConfigDraft }
  | { readonly status: 'INVALID'; readonly message: string };

/**
 * Lays the core options among `entries` over a draft, in order, the later of two names for one option winning. Names
 * that are no core option are passed over.
 */
export function readOptions(start: ConfigDraft, entries: Iterable<readonly [string, unknown]>): ReadOptions {
  const values: Partial<Record<OptionName, OptionValue>> = {};
  for (const [sent, raw] of entries) {
    const name = canonicalName(sent);
    if (name === undefined) continue;
    const parsed = parseOption(sent, coreOptions[name], raw);
    if ('error' in parsed) return { status: 'INVALID', message: parsed.error };
    if (parsed.value !== undefined) values[name] = parsed.value;
  }
  // Each value was read as the type of its option, from which the type of a draft is derived.
  return { status: 'OK', draft: { ...start, ...values } as ConfigDraft };
}
