import type { z } from 'zod';
import type { CdiVersion } from '../domain/config/cdi-versions.js';
import type { Reply } from './http/reply.js';
import type { CdiRequest } from './request.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Which part of the service a route belongs to (00-conventions.md 11): `tenant` (T), `app` (A: only through the public
 * tenant from CDI 5.0 on), `app-any-tenant` (a), or `special` for rules of its own.
 */
export type Level = 'tenant' | 'app' | 'app-any-tenant' | 'special';

/** The shape of a body or query, which may depend on the CDI version. */
export type Shape = z.ZodObject | ((version: CdiVersion) => z.ZodObject);

/** One route and method of the CDI, as a value. */
export interface Endpoint {
  readonly method: Method;
  readonly path: string;
  readonly level: Level;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  /** What the body or query holds; documented, and read by the endpoint's handler. */
  readonly body?: Shape;
  readonly query?: Shape;
  /** Which value of the `rid` header chooses this endpoint among those of one path; the first one is the default. */
  readonly rid?: string;
  /** No API key is asked for. */
  readonly keyFree?: true;
  /** Any CDI version within the bounds is fine. */
  readonly versionFree?: true;
  handle(request: CdiRequest): Promise<Reply> | Reply;
}

/** The shape that holds for a version. */
export function shapeFor(shape: Shape, version: CdiVersion): z.ZodObject {
  return typeof shape === 'function' ? shape(version) : shape;
}
