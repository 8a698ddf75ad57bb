import type { Refusal } from '../../domain/tenancy/result.js';
import { refuse } from '../refusal.js';

const STATUS = { BAD_INPUT: 400, FORBIDDEN: 403 } as const;

/** The result of a tenancy decision that was not refused; a refusal is the request's answer. */
export function allowed<R extends { readonly status: string }>(result: R | Refusal): Exclude<R, Refusal> {
  if (isRefusal(result)) refuse(STATUS[result.status], result.message);
  return result as Exclude<R, Refusal>;
}

function isRefusal(result: { readonly status: string }): result is Refusal {
  return result.status in STATUS;
}
