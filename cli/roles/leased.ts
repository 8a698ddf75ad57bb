import type { Leases } from '../../infra/ports/lease.js';
import type { Logger } from '../../infra/ports/logger.js';

export interface LeasedOptions {
  readonly leases: Leases;
  /** What the lease is for. */
  readonly name: string;
  /** Names this process. */
  readonly holder: string;
  /**
   * Does it until the signal aborts, and must be harmless beside another process that does the same.
   *
   * @returns `unfit` if this process can't do it any more: it leaves it to others from then on
   */
  readonly run: (signal: AbortSignal) => Promise<'over' | 'unfit'>;
  readonly logger: Logger;
  /** ms, monotonic. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Something that one process of several does, while the others stand by. */
export interface Leased {
  /** Ends it, and gives the lease to whoever stands by. */
  stop(): Promise<void>;
}

/** How long a lease lasts without being renewed, in ms: how long it takes others to notice that its holder is gone. */
export const LEASE_MS = 2_500;
export const RENEW_EVERY_MS = 600;
/** A holder that could not renew its lease ends so long before others may take it, in ms. */
export const MARGIN_MS = 500;

const NOT_OURS = Number.NEGATIVE_INFINITY;

/** Does something whenever this process has the lease for it, which it tries to take again and again. */
export function runLeased(options: LeasedOptions): Leased {
  const { leases, name, holder, logger, clock, sleep } = options;
  let isOver = false;
  let wake = (): void => undefined;
  let running: { readonly ending: AbortController; readonly done: Promise<void> } | undefined;
  let validUntil = NOT_OURS;

  const isValid = (): boolean => clock() < validUntil;

  function begin(): void {
    const ending = new AbortController();
    logger.info({ lease: name }, 'this process has the lease now');
    const done = Promise.resolve(ending.signal)
      .then(options.run)
      .then(
        (outcome) => {
          if (outcome !== 'unfit') return;
          logger.warn({ lease: name }, 'this process can not do it any more, and leaves the lease to others');
          finish();
        },
        (err) => logger.error({ err, lease: name }, 'what is done under a lease failed'),
      )
      .finally(() => {
        running = undefined;
      });
    running = { ending, done };
  }

  async function end(): Promise<void> {
    running?.ending.abort();
    await running?.done;
  }

  function finish(): void {
    isOver = true;
    wake();
  }

  async function takeOnce(askedAt: number): Promise<void> {
    try {
      const isOurs = await leases.take(name, holder, LEASE_MS);
      validUntil = isOurs ? askedAt + LEASE_MS - MARGIN_MS : NOT_OURS;
    } catch (err) {
      logger.warn({ err, lease: name }, 'the lease could not be taken; trying again');
    }
  }

  /** Ends what runs once the lease has run out, whether or not an answer about it has come. */
  async function watch(answered: Promise<void>): Promise<void> {
    let isOpen = true;
    const closed = answered.then(() => {
      isOpen = false;
    });
    while (running && isOpen && isValid()) await Promise.race([closed, sleep(validUntil - clock())]);
    if (!running || isValid()) return;
    logger.warn({ lease: name }, 'the lease is lost; standing by');
    await end();
  }

  async function keep(): Promise<void> {
    while (!isOver) {
      const askedAt = clock();
      const answered = takeOnce(askedAt);
      await watch(answered);
      await answered;
      if (isOver) break;
      if (!running && isValid()) begin();
      await Promise.race([
        sleep(Math.max(0, askedAt + RENEW_EVERY_MS - clock())),
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      ]);
    }
    await end();
    // One that is not given back runs out.
    if (validUntil !== NOT_OURS) await leases.release(name, holder).catch(() => undefined);
  }

  const keeping = keep();
  return {
    async stop() {
      finish();
      running?.ending.abort();
      await keeping;
    },
  };
}
