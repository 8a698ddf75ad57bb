/** A message for another service of Annals. */
export interface ServiceCall {
  /** Below the service's URL. */
  readonly path: string;
  /** JSON text. */
  readonly body: string;
  readonly timeoutMs: number;
  /** Whether the same may be asked of another process when it is unknown what became of it. */
  readonly isRepeatable: boolean;
  /** Trace context to pass on (W3C Trace Context). */
  readonly traceparent?: string;
}

/** The processes of one kind of service. */
export interface ServicePool {
  /**
   * Sends a message to one of the processes, and to another one if the first did not take it.
   *
   * @returns the answer's JSON text
   * @throws StoreUnavailableError if none took it; OutcomeUnknownError if one may have
   */
  call(call: ServiceCall): Promise<string>;
  /** How many processes answer at present. */
  available(): number;
  close(): Promise<void>;
}
