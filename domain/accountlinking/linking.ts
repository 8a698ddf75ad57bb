import type { LinkingEvent } from './events.js';

/**
 * How the user of a stream stands to others (32-users.md 0): on its own, linked to a primary user, or the one that gave
 * a primary user its id. `linked` are the other login methods of that primary user, in the order in which they came.
 */
export type Linking =
  | { readonly kind: 'unlinked' }
  | { readonly kind: 'linked'; readonly primaryUserId: string }
  | { readonly kind: 'primary'; readonly linked: readonly string[] };

export const UNLINKED: Linking = { kind: 'unlinked' };

/** Folds what happened to the links of one stream. */
export function evolveLinking(linking: Linking, event: LinkingEvent): Linking {
  const linked = linking.kind === 'primary' ? linking.linked : [];
  switch (event.type) {
    case 'UserMadePrimary':
      return { kind: 'primary', linked: [] };
    case 'LoginMethodLinked':
      return { kind: 'primary', linked: [...linked, event.data.recipeUserId] };
    case 'LoginMethodUnlinked':
      return { kind: 'primary', linked: linked.filter((id) => id !== event.data.recipeUserId) };
    case 'LinkedToPrimary':
      return { kind: 'linked', primaryUserId: event.data.primaryUserId };
    case 'PrimaryUserDemoted':
    case 'UnlinkedFromPrimary':
      return UNLINKED;
    case 'PrimaryLoginMethodDeleted':
      return linking;
  }
}
