/** How the double misbehaves, until it is told otherwise. */
export interface Faults {
  /** ms by which the answer to each append is late. */
  delay: number;
  /** How many appends are carried out without an answer: all connections break instead. */
  loseAnswers: number;
  /** How many appends are refused with a gRPC status of their own, and which. */
  refuse: { times: number; code: number };
  /** Whether the first port belongs to a node that isn't the leader; the second one's is. */
  follower: boolean;
  /** Whether subscriptions send every event twice. */
  duplicate: boolean;
  /** Whether the answers to appends leave the position out. */
  hidePositions: boolean;
  /** Whether all events read have the same commit position, as those of a transaction over TCP have. */
  sharePositions: boolean;
  /** Whether the server says that it knows nothing of the newer append. */
  old: boolean;
}

export function noFaults(): Faults {
  return {
    delay: 0,
    loseAnswers: 0,
    refuse: { times: 0, code: 14 },
    follower: false,
    duplicate: false,
    hidePositions: false,
    sharePositions: false,
    old: false,
  };
}

/** What the double has seen. */
export interface Counts {
  /** Calls by method; for the pipelined append, each append. */
  calls: Record<string, number>;
  /** The most appends that were under way at the same time. */
  mostInFlight: number;
  /** Events sent over subscriptions. */
  sent: number;
}

export function noCounts(): Counts {
  return { calls: {}, mostInFlight: 0, sent: 0 };
}
