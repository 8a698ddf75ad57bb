import type { Overrides } from './effective-config.js';
import type { Option } from './option.js';
import { canonicalName, coreOptionEntries, coreOptions, type OptionName } from './options.js';
import { storageOption } from './options-storage.js';
import { parseOption } from './parse-option.js';

/** The core options that are hidden and locked without the SaaS secret (10-multitenancy.md 6.5). */
export const protectedOptions: ReadonlySet<OptionName> = new Set(
  coreOptionEntries.filter(([, option]) => option.protected).map(([name]) => name),
);

/** Core or storage option of that name; undefined for a name that nobody knows. */
export function knownOption(name: string): Option | undefined {
  const canonical = canonicalName(name);
  return canonical === undefined ? storageOption(name) : coreOptions[canonical];
}

/** A row's overrides as they are shown to a caller. */
export function visibleOverrides(
  overrides: Overrides,
  { hideProtected }: { readonly hideProtected: boolean },
): Overrides {
  if (!hideProtected) return overrides;
  return Object.fromEntries(Object.entries(overrides).filter(([name]) => !knownOption(name)?.protected));
}

function isChange(name: string, option: Option, stored: Overrides, requested: unknown): boolean {
  const current: unknown = Object.hasOwn(stored, name) ? stored[name] : null;
  if (current === null) return requested !== null;
  const [before, after] = [parseOption(name, option, current), parseOption(name, option, requested)];
  return 'error' in before || 'error' in after || before.value !== after.value;
}

/**
 * Whether a request without the SaaS secret touches what only its bearer may (10-multitenancy.md 6.3 nos. 3 and 4):
 * sending the stored value again is no change, removing it is one (wart M17).
 *
 * @returns the text of the refusal, or undefined
 */
export function protectedChange(stored: Overrides, requested: Readonly<Record<string, unknown>>): string | undefined {
  const changed = Object.entries(requested).filter(([name, value]) => {
    const option = knownOption(name);
    return option?.protected && isChange(name, option, stored, value);
  });
  if (changed.some(([name]) => storageOption(name))) return 'Not allowed to modify DB related configs.';
  return changed.length > 0 ? 'Not allowed to modify protected configs.' : undefined;
}
