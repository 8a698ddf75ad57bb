/** The CDI versions that are spoken, ascending (00-conventions.md 4). */
export const CDI_VERSIONS = ['3.0', '3.1', '4.0', '5.0', '5.1', '5.2', '5.3', '5.4', '5.5', '5.6'] as const;

export type CdiVersion = (typeof CDI_VERSIONS)[number];

export const LATEST_CDI_VERSION: CdiVersion = '5.6';

const LOWEST_CDI_VERSION: CdiVersion = '3.0';
const SYNTAX = /^[0-9]+(?:\.[0-9]+)*$/;
const RANKS: ReadonlyMap<string, number> = new Map(CDI_VERSIONS.map((version, rank) => [version, rank]));

export interface CdiVersionRequest {
  /** The `cdi-version` header as it was sent. */
  readonly header: string | undefined;
  /** `supertokens_min_cdi_version` of the addressed app. */
  readonly min: CdiVersion | undefined;
  /** `supertokens_max_cdi_version` of the addressed app. */
  readonly max: CdiVersion | undefined;
  /** Whether the route takes any version within the bounds, listed or not. */
  readonly versionFree: boolean;
}

/** The effective version, or the text of a 400. */
export type NegotiatedVersion = { readonly version: CdiVersion } | { readonly error: string };

/**
 * Decides the version a request is answered in (00-conventions.md 4). On a version-free route an unlisted version counts
 * as the highest listed one below it, so that {@link atLeast} holds for it as for the text that was sent.
 */
export function negotiateVersion({ header, min, max, versionFree }: CdiVersionRequest): NegotiatedVersion {
  const highest = max ?? LATEST_CDI_VERSION;
  if (header === undefined) return { version: highest };
  if (!SYNTAX.test(header)) return { error: 'cdi-version header is invalid' };
  if (compareVersions(header, highest) > 0) return unsupported(header);
  if (min !== undefined && compareVersions(header, min) < 0) {
    return { error: `cdi-version ${header} is lower than the minimum allowed version ${min}` };
  }
  if (isCdiVersion(header)) return { version: header };
  return versionFree ? { version: highestUpTo(header) } : unsupported(header);
}

/** Whether `version` is `floor` or a later one. */
export function atLeast(version: CdiVersion, floor: CdiVersion): boolean {
  return rank(version) >= rank(floor);
}

/** Whether a text is exactly one of the listed versions. */
export function isCdiVersion(text: string): text is CdiVersion {
  return RANKS.has(text);
}

/**
 * Compares two versions of any size by their components as numbers; a missing component counts as 0.
 *
 * @returns negative, 0 or positive; both texts must have the syntax of a version
 */
function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareDigits(left[i] ?? '0', right[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function highestUpTo(text: string): CdiVersion {
  return CDI_VERSIONS.findLast((version) => compareVersions(version, text) <= 0) ?? LOWEST_CDI_VERSION;
}

function rank(version: CdiVersion): number {
  return RANKS.get(version) ?? -1;
}

function unsupported(header: string): NegotiatedVersion {
  return { error: `cdi-version ${header} not supported` };
}
