/** What the gateway measures of a request. */
export interface RequestMeasure {
  readonly method: string;
  /** The route, never the path: ids and tenants are not labels. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Counters and histograms of a process. */
export interface Telemetry {
  request(measure: RequestMeasure): void;
  append(seconds: number, outcome: 'ok' | 'conflict' | 'error'): void;
  conflict(): void;
  /** An answer went out although a view had not caught up in time. */
  staleAnswer(view: string): void;
  parked(view: string): void;
  /** A feed of the log broke off, and goes on. */
  feedDropped(): void;
  /** An attempt to sign in by password was refused: the credentials were wrong, or it was blocked unseen. */
  refusedSignIn(why: 'failed' | 'blocked'): void;
  /** A background job ended. */
  job(name: string, outcome: 'ok' | 'error', seconds: number): void;
  /** Everything measured so far, in the Prometheus text format. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}
