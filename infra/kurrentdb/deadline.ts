/** Thrown when a call was still under way at the end of its time. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';
}

/**
 * Waits for work at most so long. The work itself goes on: nothing in the client can be relied on to end it.
 *
 * @param ms how long to wait at most
 * @throws TimedOutError, or what the work throws
 */
export async function within<T>(ms: number, work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOutError(`KurrentDB did not answer within ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits so many ms, or until the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
