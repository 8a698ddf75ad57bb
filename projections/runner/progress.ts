import { BEGINNING, type Position } from '../../infra/ports/event-log.js';
import type { Progress } from '../../infra/ports/progress.js';

interface Waiter {
  readonly position: Position;
  readonly resolve: (passed: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

interface Line {
  position: Position;
  waiters: Waiter[];
  /** The highest position somebody stopped waiting for. */
  missed: Position;
}

/** Makes the progress board that carries read-your-own-writes (design.md, "One write, from HTTP to answer", step 4). */
export function progressBoard(): Progress {
  const lines = new Map<string, Line>();
  const listeners = new Set<(view: string, position: Position) => void>();

  const lineOf = (view: string): Line => {
    let line = lines.get(view);
    if (!line) {
      line = { position: BEGINNING, waiters: [], missed: BEGINNING };
      lines.set(view, line);
    }
    return line;
  };

  function miss(line: Line, position: Position): void {
    if (line.missed < position) line.missed = position;
  }

  function waitForOne(line: Line, position: Position, timeoutMs: number): Promise<boolean> {
    if (line.position >= position) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        line.waiters = line.waiters.filter((waiting) => waiting !== waiter);
        miss(line, position);
        resolve(false);
      }, timeoutMs);
      const waiter: Waiter = { position, resolve, timer };
      line.waiters.push(waiter);
    });
  }

  return {
    passed(view, position) {
      const line = lineOf(view);
      if (position <= line.position) return;
      line.position = position;
      for (const listener of listeners) listener(view, position);
      if (line.waiters.length === 0) return;
      const waiting: Waiter[] = [];
      for (const waiter of line.waiters) {
        if (waiter.position > position) waiting.push(waiter);
        else {
          clearTimeout(waiter.timer);
          waiter.resolve(true);
        }
      }
      line.waiters = waiting;
    },
    position: (view) => lineOf(view).position,
    missed: (view, position) => miss(lineOf(view), position),
    isBehind: (view) => {
      const line = lineOf(view);
      return line.missed > line.position;
    },
    behind: () =>
      new Map([...lines].filter(([, line]) => line.missed > line.position).map(([view, line]) => [view, line.missed])),
    onPassed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async waitFor(views, position, timeoutMs) {
      const pending = views.map(lineOf).filter((line) => line.position < position);
      if (pending.length === 0) return true;
      const results = await Promise.all(pending.map((line) => waitForOne(line, position, timeoutMs)));
      return results.every(Boolean);
    },
  };
}
