const DELAY_MS = 5_000;

/** Runs a clean-up some time after it was asked for: many requests, one run. */
export interface Scrubber {
  soon(): void;
  /** Runs at once if a run is due, and schedules no more. */
  finish(): Promise<void>;
}

/** Makes the scrubber that overwrites what erased people left in the files of the views and the keyring. */
export function scrubber(scrub: () => Promise<void>, onFailure: (error: unknown) => void): Scrubber {
  let due: NodeJS.Timeout | undefined;
  let stopped = false;

  async function run(): Promise<void> {
    due = undefined;
    try {
      await scrub();
    } catch (error) {
      onFailure(error);
    }
  }

  return {
    soon() {
      if (due || stopped) return;
      due = setTimeout(() => void run(), DELAY_MS);
      due.unref();
    },
    async finish() {
      stopped = true;
      if (!due) return;
      clearTimeout(due);
      await run();
    },
  };
}
