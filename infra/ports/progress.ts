import type { Position } from './event-log.js';

/** How far each view has come, and who waits for it. */
export interface Progress {
  /** A view has handled everything up to `position`. */
  passed(view: string, position: Position): void;
  position(view: string): Position;
  /** Somebody gave up waiting for a position that the view has not reached. */
  missed(view: string, position: Position): void;
  /** True if somebody gave up waiting for a position that the view still has not reached. */
  isBehind(view: string): boolean;
  /** The positions that somebody gave up waiting for and that are not reached yet, by view. */
  behind(): ReadonlyMap<string, Position>;
  /** Calls back whenever a view has passed a further position. Returns what ends that. */
  onPassed(listener: (view: string, position: Position) => void): () => void;
  /** Resolves true once all views have passed `position`, false after `timeoutMs`. */
  waitFor(views: readonly string[], position: Position, timeoutMs: number): Promise<boolean>;
}
