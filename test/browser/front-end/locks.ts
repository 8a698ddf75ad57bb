/** What the session SDK locks with, so that one tab at a time refreshes the session. */
interface Locks {
  acquireLock(name: string, timeoutMs?: number): Promise<boolean>;
  releaseLock(name: string): Promise<void>;
}

const TIMEOUT_MS = 5000;

/**
 * The browser's own locks (Web Locks API). Those that the SDK makes of local storage outlive a page that is left while
 * it holds one, and make the next page wait for 5 s; and two tabs of a busy machine may both get one.
 */
export async function browserLocks(): Promise<Locks> {
  const held = new Map<string, () => void>();
  return {
    acquireLock: (name, timeoutMs = TIMEOUT_MS) =>
      new Promise((resolve) => {
        const hold = () =>
          new Promise<void>((release) => {
            held.set(name, release);
            resolve(true);
          });
        navigator.locks.request(name, { signal: AbortSignal.timeout(timeoutMs) }, hold).catch(() => resolve(false));
      }),
    async releaseLock(name) {
      held.get(name)?.();
      held.delete(name);
    },
  };
}
