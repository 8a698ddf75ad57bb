/** Lets so many pass at a time; the others wait in the order they came. */
export interface InFlight {
  enter(): Promise<void>;
  leave(): void;
}

/** @param limit how many may be under way at the same time */
export function limitInFlight(limit: number): InFlight {
  const waiting: (() => void)[] = [];
  let entered = 0;
  return {
    enter() {
      if (entered < limit) {
        entered++;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    leave() {
      const next = waiting.shift();
      if (next) next();
      else entered--;
    },
  };
}
