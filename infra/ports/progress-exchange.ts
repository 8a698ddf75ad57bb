import type { Position } from './event-log.js';

/** Positions by view. */
export type Positions = ReadonlyMap<string, Position>;

/** What a process tells the others about itself. The last one counts. */
export interface MemberReport {
  /** Names the process for as long as it lives. */
  readonly member: string;
  /** When it was made, by a clock of the member's own, in ms. */
  readonly at: number;
  /** How far the views are that it builds for everybody at present. */
  readonly built: Positions;
  /** How far the copies are that it keeps in memory, as other processes keep theirs. */
  readonly kept: Positions;
  /** What its clients have stopped waiting for, in views that are behind. */
  readonly missed: Positions;
  /** It is about to end: nobody has to wait for it any more. */
  readonly leaves: boolean;
}

/** Carries what processes tell each other about views. Reports may be lost, so they are made again and again. */
export interface ProgressExchange {
  /** Tells every process, this one included. Of several reports of a member that wait to be sent the last one is. */
  publish(report: MemberReport): void;
  close(): Promise<void>;
}

/** Who hears of what is exchanged. */
export interface ProgressListener {
  heard(report: MemberReport): void;
  /** Reports may have been missed until now. */
  opened(): void;
}
