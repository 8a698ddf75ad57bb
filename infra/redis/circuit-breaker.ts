export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  /** How long it stays open at first, in ms; twice as long after each probe that fails. */
  readonly pause: number;
  readonly longestPause: number;
  /** ms, monotonic. */
  readonly now: () => number;
}

/** Keeps callers away from what fails: after some failures in a row only a probe goes through now and then. */
export interface CircuitBreaker {
  /** Whether to try now. True for one caller at a time while the circuit is open, and only after its pause. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
}

export function circuitBreaker({ failures, pause, longestPause, now }: CircuitBreakerOptions): CircuitBreaker {
  let inARow = 0;
  let openUntil = 0;
  let nextPause = pause;
  return {
    allows() {
      if (inARow < failures) return true;
      if (now() < openUntil) return false;
      openUntil = now() + nextPause;
      nextPause = Math.min(nextPause * 2, longestPause);
      return true;
    },
    succeeded() {
      inARow = 0;
    },
    failed() {
      inARow++;
      if (inARow !== failures) return;
      openUntil = now() + pause;
      nextPause = Math.min(pause * 2, longestPause);
    },
  };
}
