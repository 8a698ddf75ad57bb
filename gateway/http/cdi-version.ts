import { CDI_VERSIONS, type CdiVersion, compareVersions, isVersionText } from '../../domain/config/cdi-versions.js';

export const LATEST_CDI_VERSION: CdiVersion = '5.6';

const LOWEST_CDI_VERSION: CdiVersion = '3.0';
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
  if (!isVersionText(header)) return { error: 'cdi-version header is invalid' };
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

function highestUpTo(text: string): CdiVersion {
  return CDI_VERSIONS.findLast((version) => compareVersions(version, text) <= 0) ?? LOWEST_CDI_VERSION;
}

function rank(version: CdiVersion): number {
  return RANKS.get(version) ?? -1;
}

function unsupported(header: string): NegotiatedVersion {
  return { error: `cdi-version ${header} not supported` };
}
