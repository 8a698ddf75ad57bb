import type { Position } from '../../infra/ports/event-log.js';
import type { Progress } from '../../infra/ports/progress.js';
import type { MemberReport } from '../../infra/ports/progress-exchange.js';

/** How often every member reports, whether or not anything is new, in ms. */
export const REPORT_EVERY_MS = 500;
/**
 * A process that has not heard itself for so long must not answer from what it keeps in memory, in ms: the others do not
 * hear it either and are about to stop waiting for it.
 */
export const STALE_AFTER_MS = 2_000;
/**
 * A member that has not been heard of for so long is taken for gone, in ms: longer than a process may go on that follows
 * through another one, each of which may be stale for a while. Less than an answer waits for the views.
 */
export const GONE_AFTER_MS = 2 * STALE_AFTER_MS + REPORT_EVERY_MS;
/** After this time every member has been heard of that reports at all, in ms. */
const SETTLED_AFTER_MS = 3 * REPORT_EVERY_MS;

export interface ClusterOptions {
  /** Names the member that this process is. */
  readonly self: string;
  /** Written: how far the views are, and how far every member is with what each keeps by itself. */
  readonly board: Progress;
  /** The views that each member keeps a copy of. */
  readonly kept: readonly string[];
  /** ms, monotonic: what this process's own reports are dated by. */
  readonly clock: () => number;
  /** This process hears itself again after the others may have given it up. */
  readonly onBack?: () => void;
}

/** What the members of an installation have told. */
export interface Cluster {
  heard(report: MemberReport): void;
  /** Reports come from now on: some may have been missed before. Until then nothing is concluded from any. */
  opened(): void;
  /** Time has passed: members that are gone are not waited for any more. To be called regularly. */
  tick(): void;
  /** How old the last report of this process itself is that came back, in ms: as much as the others know of it. */
  silence(): number;
  /** The members that keep copies, as far as they are known. */
  size(): number;
}

interface Member {
  readonly kept: MemberReport['kept'];
  readonly heardAt: number;
}

/**
 * Puts the reports of all members together on a board. A view that one process builds for all is as far as its builder
 * says. One that everybody keeps in memory is as far as the last of the members: a member that starts reports before it
 * reads how far the log goes, so what was appended before it was heard of is known to it.
 */
export function clusterProgress({ self, board, kept, clock, onBack }: ClusterOptions): Cluster {
  const members = new Map<string, Member>();
  let openedAt = Number.POSITIVE_INFINITY;
  let heardItselfAt = clock();

  const silence = (): number => clock() - heardItselfAt;

  function settle(): void {
    const now = clock();
    for (const [name, member] of members) if (now - member.heardAt > GONE_AFTER_MS) members.delete(name);
    // Who is cut off does not hear of members that are still there.
    if (now - openedAt < SETTLED_AFTER_MS || silence() > STALE_AFTER_MS) return;
    for (const view of kept) {
      const last = lowest([...members.values()].flatMap((member) => member.kept.get(view) ?? []));
      if (last !== undefined) board.passed(view, last);
    }
  }

  function heardItself(madeAt: number): void {
    // Everybody else has to be heard again as well, before the silent can be told from those that were not heard.
    const wasSilent = silence() > STALE_AFTER_MS;
    if (wasSilent) openedAt = Math.max(openedAt, clock());
    heardItselfAt = Math.max(heardItselfAt, madeAt);
    if (wasSilent) onBack?.();
  }

  return {
    heard(report) {
      if (report.member === self) heardItself(report.at);
      for (const [view, position] of report.built) board.passed(view, position);
      for (const [view, position] of report.missed) board.missed(view, position);
      if (report.leaves) members.delete(report.member);
      else if (report.kept.size > 0) members.set(report.member, { kept: report.kept, heardAt: clock() });
      settle();
    },
    opened() {
      openedAt = clock();
    },
    tick: settle,
    silence,
    size: () => members.size,
  };
}

function lowest(positions: readonly Position[]): Position | undefined {
  return positions.reduce<Position | undefined>(
    (least, one) => (least === undefined || one < least ? one : least),
    undefined,
  );
}
