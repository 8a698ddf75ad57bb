/** Answers that are the same on every route (00-conventions.md 2.5, 3, 6, 8, 9). Clients compare some of them as a whole. */
export const TEXTS = {
  hello: 'Hello',
  rateLimitedHello: 'RateLimitedHello',
  notFound: 'Not found',
  methodNotSupported: 'Method not supported',
  invalidApiKey: 'Invalid API key',
  publicTenantOnly: 'Only public tenantId can call this app specific API',
  baseTenantOnly: 'you can call this only from the base connection uri domain, public app and tenant',
  connectionUriDomainDisallowed: 'Connection URI domain is disallowed',
  ipNotAllowed: 'IP address not allowed',
  badPath: 'Invalid path',
  invalidJson: 'Invalid Json Input',
  internalError: 'Internal error',
} as const;

/** A body field is absent or of the wrong type. */
export function invalidField(name: string): string {
  return `Field name '${name}' is invalid in JSON input`;
}

/** A field of a body or query is empty after trimming. */
export function emptyField(name: string): string {
  return `Field name '${name}' cannot be an empty String`;
}

/** A required query parameter is absent. The words hold for DELETE too. */
export function missingParameter(name: string): string {
  return `Field name '${name}' is missing in GET request`;
}

/** A query parameter is no number of its kind. */
export function parameterMustBe(kind: 'an int' | 'a long', name: string): string {
  return `Field name '${name}' must be ${kind} in the GET request`;
}

/** A query parameter is there, but has no meaning. */
export function invalidParameter(name: string): string {
  return `Field name '${name}' is invalid in GET request`;
}
