/** The input is wrong, or what it names does not exist: the caller answers 400 with the text. */
export interface BadInput {
  readonly status: 'BAD_INPUT';
  readonly message: string;
}

/** The call is not allowed from where it came, or at all: the caller answers 403 with the text. */
export interface Forbidden {
  readonly status: 'FORBIDDEN';
  readonly message: string;
}

export type Refusal = BadInput | Forbidden;

/** A value that passed its checks. */
export interface Valid<T> {
  readonly status: 'OK';
  readonly value: T;
}

export function badInput(message: string): BadInput {
  return { status: 'BAD_INPUT', message };
}

export function forbidden(message: string): Forbidden {
  return { status: 'FORBIDDEN', message };
}

export function valid<T>(value: T): Valid<T> {
  return { status: 'OK', value };
}

/** A field that is absent or of the wrong type (00-conventions.md 8.2). */
export function invalidField(name: string): BadInput {
  return badInput(`Field name '${name}' is invalid in JSON input`);
}
