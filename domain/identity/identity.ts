import { z } from 'zod';
import { type Aggregate, defineEvent, type EventOf, type StreamId } from '../event.js';

/** The recipes whose login methods hold account infos. */
export const recipeId = z.enum(['emailpassword', 'thirdparty', 'passwordless', 'webauthn']);
export type RecipeId = z.infer<typeof recipeId>;

/** Account infos by kind; the value of a third-party account is that of `thirdPartyInfo`. */
export type AccountInfoKind = 'email' | 'phone' | 'thirdparty';

/** A login method of `recipe` took this account info in this tenant. */
export const IdentityClaimed = defineEvent('IdentityClaimed', {
  recipe: recipeId,
  userId: z.string(),
  at: z.number(),
});

/** The login method of `recipe` gave it up. */
export const IdentityReleased = defineEvent('IdentityReleased', {
  recipe: recipeId,
  userId: z.string(),
  at: z.number(),
});

/** A primary user keeps this account info in this tenant from all other primary users. */
export const PrimaryClaimed = defineEvent('PrimaryClaimed', { userId: z.string(), at: z.number() });

/** The primary user has no need of it any more. */
export const PrimaryReleased = defineEvent('PrimaryReleased', { userId: z.string(), at: z.number() });

const identityEvents = [IdentityClaimed, IdentityReleased, PrimaryClaimed, PrimaryReleased] as const;

export type IdentityEvent = EventOf<(typeof identityEvents)[number]>;

/**
 * Who holds one account info in one tenant: at most one login method per recipe, and at most one primary user, which
 * need not be that of any of them (32-users.md 8.1).
 */
export interface IdentityState {
  readonly holders: Readonly<Partial<Record<RecipeId, string>>>;
  /** The id of the primary user. */
  readonly primary?: string;
}

/**
 * The stream of one account info in one tenant. Uniqueness is this stream: to claim is to append at the revision read.
 *
 * @param tenantKey the tenant's incarnation key, so that a removed tenant frees everything at once
 */
export function identityStream(appKey: string, tenantKey: string, kind: AccountInfoKind, value: string): StreamId {
  return { category: 'identity', path: [appKey, tenantKey], hashed: [kind, value] };
}

export const Identity: Aggregate<IdentityState, IdentityEvent> = {
  category: 'identity',
  events: identityEvents,
  initial: { holders: {} },
  evolve(state, event) {
    switch (event.type) {
      case 'IdentityClaimed': {
        const { recipe, userId } = event.data;
        return { ...state, holders: { ...state.holders, [recipe]: userId } };
      }
      case 'IdentityReleased': {
        const { recipe, userId } = event.data;
        const { [recipe]: holder, ...others } = state.holders;
        return holder === userId ? { ...state, holders: others } : state;
      }
      case 'PrimaryClaimed':
        return { ...state, primary: event.data.userId };
      case 'PrimaryReleased':
        return state.primary === event.data.userId ? { holders: state.holders } : state;
    }
  },
  subject: () => undefined,
};

/** Claims the info for a login method, or says who holds it for that recipe. Nothing to do if it is theirs already. */
export function claim(
  state: IdentityState,
  recipe: RecipeId,
  userId: string,
  at: number,
): { readonly heldBy: string } | { readonly events: readonly IdentityEvent[] } {
  const holder = state.holders[recipe];
  if (holder === undefined) return { events: [IdentityClaimed({ recipe, userId, at })] };
  return holder === userId ? { events: [] } : { heldBy: holder };
}

/** Releases the info if the login method holds it. */
export function release(state: IdentityState, recipe: RecipeId, userId: string, at: number): readonly IdentityEvent[] {
  return state.holders[recipe] === userId ? [IdentityReleased({ recipe, userId, at })] : [];
}
