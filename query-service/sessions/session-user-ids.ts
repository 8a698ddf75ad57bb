import { type OwnerFacts, unknownOwner } from '../../domain/session/owner.js';
import type { QueryDeps } from '../query.js';

/** What the directory knows of the id that a session is stored under (20-session.md 7). No id is mapped or linked. */
export async function sessionUserIds(_deps: QueryDeps, _appKey: string, _userId: string): Promise<OwnerFacts> {
  return unknownOwner;
}

/** The ids under which sessions of a user may be stored: of this login method, or of all that are linked to it. */
export async function idsOfSessionUser(
  _deps: QueryDeps,
  _appKey: string,
  userId: string,
  _withLinked: boolean,
): Promise<readonly string[]> {
  return [userId];
}
