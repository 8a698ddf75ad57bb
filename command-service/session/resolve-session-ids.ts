import { type OwnerFacts, unknownOwner } from '../../domain/session/owner.js';
import type { CommandContext } from '../command.js';

/** What is known of the id that a session is, or is to be, stored under (20-session.md 7). No id is mapped or linked. */
export async function resolveSessionIds(
  _context: CommandContext,
  _appKey: string,
  _userId: string,
): Promise<OwnerFacts> {
  return unknownOwner;
}

/**
 * The ids under which sessions of a user may be stored: of this login method, or of every one that is linked to it
 * (20-session.md 16, W9).
 */
export async function idsOfSessionUser(
  _context: CommandContext,
  _appKey: string,
  userId: string,
  _withLinked: boolean,
): Promise<readonly string[]> {
  return [userId];
}
