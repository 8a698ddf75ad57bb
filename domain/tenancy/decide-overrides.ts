import type { Overrides } from '../config/effective-config.js';
import type { ConfigMode, CoreConfig } from '../config/options.js';
import { checkOverrides, mergeOverrides } from '../config/overrides.js';
import { type AppState, tenantAt } from './app.js';
import { isBaseTenant, type TenantAddress } from './ids.js';
import { canBeKept, isJsonObject, type JsonObject, member } from './json.js';
import { entriesOf } from './persistent-map.js';
import { type BadInput, badInput, invalidField, type Refusal, type Valid, valid } from './result.js';

const TOO_LARGE = badInput('Invalid core config: the configuration is too large or too deeply nested');

/** What a change of overrides has to agree with besides the app itself. */
export interface ConfigContext extends ConfigMode {
  /** The base config as loaded and normalised, without derived values. */
  readonly base: CoreConfig;
  /** A SaaS secret is configured and the request did not present it. */
  readonly secretMissing: boolean;
}

/** What {@link overrideTenant} decides from. */
export interface OverrideRequest {
  readonly target: TenantAddress;
  readonly app: AppState;
  /** Overrides that the app inherits from its connection URI domain. */
  readonly cudOverrides: Overrides;
  readonly requested: JsonObject;
  readonly config: ConfigContext;
}

/** Reads `coreConfig` of a create-or-update body (10-multitenancy.md 6.2); absent asks for nothing. */
export function readCoreConfig(body: JsonObject): Valid<JsonObject> | BadInput {
  const requested = member(body, 'coreConfig');
  if (requested === undefined) return valid({});
  if (!isJsonObject(requested)) return invalidField('coreConfig');
  return canBeKept(requested) ? valid(requested) : TOO_LARGE;
}

/** The target's overrides after the request, or what 10-multitenancy.md 6.3 nos. 1 to 9 refuse, in that order. */
export function overrideTenant(request: OverrideRequest): Valid<Overrides> | Refusal {
  const { target, app, requested, config } = request;
  const stored = tenantAt(app, target)?.coreConfig ?? {};
  if (Object.keys(requested).length === 0) return valid(stored);
  const merged = mergeOverrides<unknown>(stored, requested);
  if (isBaseTenant(target) && Object.keys(merged).length > 0) return badInput('Cannot modify base config');
  const checked = checkOverrides({
    ...config,
    cud: request.cudOverrides,
    tenants: new Map(entriesOf(app.tenants).map(([tenantId, { coreConfig }]) => [tenantId, coreConfig])),
    target: target.tenantId,
    requested,
  });
  if (checked.status !== 'OK') return checked;
  return canBeKept(checked.value) ? checked : TOO_LARGE;
}

/** What changed between two sets of overrides, as `TenantCoreConfigChanged` has it. */
export function overrideChanges(before: Overrides, after: Overrides) {
  const set = Object.keys(after).filter((name) => !Object.hasOwn(before, name) || after[name] !== before[name]);
  return {
    set,
    removed: Object.keys(before).filter((name) => !Object.hasOwn(after, name)),
    values: JSON.stringify(Object.fromEntries(set.map((name) => [name, after[name]]))),
  };
}
