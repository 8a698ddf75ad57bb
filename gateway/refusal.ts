import type { Reply } from './http/reply.js';
import { text } from './http/reply.js';

/** Ends the handling of a request with an answer that is decided: a 4xx of the edge. Thrown by the steps of a request. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(readonly reply: Reply) {
    super('refused');
  }
}

/** Refuses a request with a plain text. */
export function refuse(status: number, message: string): never {
  throw new Refusal(text(status, message));
}
