import { type BadInput, badInput, forbidden, type Refusal, type Valid, valid } from '../tenancy/result.js';
import { layered, type Overrides } from './effective-config.js';
import { normalise } from './normalise.js';
import type { Option } from './option.js';
import { type ConfigMode, type CoreConfig, canonicalName, coreOptionEntries, type OptionName } from './options.js';
import { storageOption } from './options-storage.js';
import { parseOption } from './parse-option.js';
import { knownOption, protectedChange } from './protected-options.js';
import { validate } from './validate.js';

/** The `coreConfig` of a request: option names to values, null to remove. Nothing of it has been checked. */
export type RequestedOverrides = Readonly<Record<string, unknown>>;

/** A change of one row's overrides, among the rows it has to agree with. */
export interface OverridesChange extends ConfigMode {
  /** As loaded, without derived values. */
  readonly base: CoreConfig;
  /** Overrides of the public row of the CUD's public app; none when that app is the one being changed. */
  readonly cud: Overrides;
  /** Overrides as stored of every tenant of the app by tenant id; the app's own row is `public`. */
  readonly tenants: ReadonlyMap<string, Overrides>;
  /** Tenant id of the row to change, which need not exist. */
  readonly target: string;
  readonly requested: RequestedOverrides;
  /** A SaaS secret is configured and the request did not present it. */
  readonly secretMissing: boolean;
}

const PUBLIC = 'public';

/**
 * Lays a request over stored overrides (10-multitenancy.md 6.2): a value sets, null removes, what is not mentioned
 * stays. Removing what is not there does nothing (M3); setting an option by one of its names drops the other (W16).
 */
export function mergeOverrides<V>(
  stored: Readonly<Record<string, V>>,
  requested: Readonly<Record<string, V | null>>,
): Readonly<Record<string, V>> {
  const merged = new Map(Object.entries(stored));
  for (const [name, value] of Object.entries(requested)) {
    for (const other of merged.keys()) {
      if (other !== name && isSameOption(other, name)) merged.delete(other);
    }
    if (value === null) merged.delete(name);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

/**
 * Checks a change of overrides in the order of 10-multitenancy.md 6.3 nos. 2 to 9 (no. 6 has no meaning with one store)
 * and says what the row holds afterwards. A request that names no option is always fine, whatever is stored.
 */
export function checkOverrides(change: OverridesChange): Valid<Overrides> | Refusal {
  const { requested, secretMissing } = change;
  const stored = change.tenants.get(change.target) ?? {};
  const names = Object.keys(requested);
  if (names.length === 0) return valid(stored);

  const unknown = names.find((name) => knownOption(name) === undefined);
  if (unknown !== undefined) return invalid(`Invalid config key: ${unknown}`);

  const locked = secretMissing ? protectedChange(stored, requested) : undefined;
  if (locked !== undefined) return forbidden(locked);

  const merged = mergeOverrides<unknown>(stored, requested);
  const wrongType = storageProblem(merged);
  if (wrongType !== undefined) return invalid(wrongType);

  // What is no scalar has no type; resolving refuses it before the value is used.
  const overrides = merged as Overrides;
  const tenants = new Map(change.tenants).set(change.target, overrides);
  const resolved = layered(change.base, layersOf(change, tenants, change.target));
  if (resolved.status !== 'OK') return invalid(resolved.message);
  const draft = unsetsVersion(stored, requested) ? { ...resolved.draft, core_config_version: -1 } : resolved.draft;
  const problem = validate(draft, change);
  if (problem !== undefined) return invalid(problem);

  const differing = conflictingOption(change, tenants);
  if (differing !== undefined) return invalid(`You cannot set different values for ${differing} for the same appId`);

  const baseOnly = names.find((name) => knownOption(name)?.level === 'B');
  if (baseOnly !== undefined) return invalid(`${baseOnly} can only be set via the core's base config setting`);
  return valid(overrides);
}

function invalid(text: string): BadInput {
  return badInput(`Invalid core config: ${text}`);
}

function isSameOption(a: string, b: string): boolean {
  const name = canonicalName(a);
  return name !== undefined && name === canonicalName(b);
}

function storageProblem(merged: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(merged)) {
    const option: Option | undefined = storageOption(name);
    const parsed = option && parseOption(name, option, value);
    if (parsed && 'error' in parsed) return parsed.error;
  }
  return undefined;
}

/** Null for the version of the format is refused unless it takes a stored one back (00-conventions.md W17). */
function unsetsVersion(stored: Overrides, requested: RequestedOverrides): boolean {
  return (
    Object.hasOwn(requested, 'core_config_version') &&
    requested.core_config_version === null &&
    !Object.hasOwn(stored, 'core_config_version')
  );
}

function layersOf({ cud }: OverridesChange, tenants: ReadonlyMap<string, Overrides>, tenantId: string): Overrides[] {
  return [cud, tenants.get(PUBLIC) ?? {}, tenants.get(tenantId) ?? {}];
}

/**
 * The first A-level option on which a tenant of the app does not agree with the app's own row, all rows being as after
 * the change (10-multitenancy.md 6.3 no. 8, M2, M18). Rows whose values have no type any more take no part.
 */
function conflictingOption(change: OverridesChange, tenants: ReadonlyMap<string, Overrides>): OptionName | undefined {
  const app = layered(change.base, layersOf(change, tenants, PUBLIC));
  if (app.status !== 'OK') return undefined;
  const shared = normalise(app.draft);
  for (const [tenantId, overrides] of tenants) {
    if (tenantId === PUBLIC || Object.keys(overrides).length === 0) continue;
    const tenant = layered(change.base, layersOf(change, tenants, tenantId));
    if (tenant.status !== 'OK') continue;
    const own = normalise(tenant.draft);
    const differing = coreOptionEntries.find(([name, { level }]) => level === 'A' && own[name] !== shared[name]);
    if (differing) return differing[0];
  }
  return undefined;
}
