/** The user ids of a session, at its creation or as a later request sees them (20-session.md 7). */
export interface SessionOwner {
  /** Stored with the session and `rsub`: the login method's external id, else its SuperTokens id. */
  readonly recipeUserId: string;
  /** The login method's SuperTokens id. */
  readonly subjectUserId: string;
  /** `sub`: the primary user's external id, else its SuperTokens id. */
  readonly userId: string;
}

/** What is known of an id: look these up in this order. */
export interface OwnerFacts {
  /** The SuperTokens id that the given id is the external id of, if it is one. Wins if the given id is both. */
  readonly mappedTo: string | undefined;
  /** The external id of the login method (of `mappedTo`, else of the given id). */
  readonly externalId: string | undefined;
  /** The SuperTokens id of the login method's primary user, if it is linked. */
  readonly primaryUserId: string | undefined;
  /** The external id of the primary user; taken from `externalId` when the login method is its own primary. */
  readonly primaryExternalId: string | undefined;
}

/** Nothing is known of the id: it belongs to no recipe and no mapping. */
export const unknownOwner: OwnerFacts = {
  mappedTo: undefined,
  externalId: undefined,
  primaryUserId: undefined,
  primaryExternalId: undefined,
};

/** The ids of a session that is created for `given`, which may be any text (20-session.md 7, "At creation"). */
export function ownerAtCreation(given: string, facts: OwnerFacts): SessionOwner {
  const subjectUserId = facts.mappedTo ?? given;
  return {
    recipeUserId: facts.externalId ?? subjectUserId,
    subjectUserId,
    userId: currentUserId(subjectUserId, facts),
  };
}

/**
 * The ids of a session stored under `stored`, as refresh and get by handle show them: linking, unlinking and mapping
 * after creation may change `userId`, never `recipeUserId` (20-session.md 7, "At refresh"; 16, W8).
 */
export function ownerAtRefresh(stored: string, facts: OwnerFacts): SessionOwner {
  const subjectUserId = facts.mappedTo ?? stored;
  return { recipeUserId: stored, subjectUserId, userId: currentUserId(subjectUserId, facts) };
}

function currentUserId(subjectUserId: string, facts: OwnerFacts): string {
  const primary = facts.primaryUserId ?? subjectUserId;
  const external = primary === subjectUserId ? facts.externalId : facts.primaryExternalId;
  return external ?? primary;
}
