import type { Position } from './event-log.js';

/** How far each view of this process has come, and who waits for it. */
export interface Progress {
  /** A view has handled everything up to `position`. */
  passed(view: string, position: Position): void;
  position(view: string): Position;
  /** True if somebody gave up waiting for a position that the view still has not reached. */
  isBehind(view: string): boolean;
  /** Resolves true once all views have passed `position`, false after `timeoutMs`. */
  waitFor(views: readonly string[], position: Position, timeoutMs: number): Promise<boolean>;
}
