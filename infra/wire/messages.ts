import { z } from 'zod';
import { failureSchema } from './failures.js';
import { memberReportSchema, positionSchema, positionsSchema } from './member-report.js';

/** Who asks, in what words, as part of which request. */
const metaSchema = z.object({
  correlationId: z.string().max(64),
  actor: z.string().max(256),
  cdiVersion: z.string().max(16).optional(),
  traceparent: z.string().max(64).optional(),
});

/** A command for another process. What `input` holds was checked where the request came in. */
export const commandMessageSchema = z.object({
  name: z.string().max(64),
  input: z.unknown(),
  meta: metaSchema,
  /** The sender knows the apps and tenants as of here: the receiver must not know less. */
  tenancy: positionSchema,
});

/** JSON leaves out a result that is undefined. */
const resultSchema = z.unknown().optional();

export const commandAnswerSchema = z.union([
  z.object({ result: resultSchema, position: positionSchema.optional(), eventTypes: z.array(z.string()) }),
  z.object({ failure: failureSchema }),
]);

/** A query for another process. */
export const queryMessageSchema = z.object({ name: z.string().max(64), input: z.unknown(), tenancy: positionSchema });

export const queryAnswerSchema = z.union([
  z.object({ failure: failureSchema }),
  z.object({ result: resultSchema, failure: z.never().optional() }),
]);

/** What a process without stores asks for again and again: what is new since it asked last. */
export const followMessageSchema = z.object({
  report: memberReportSchema,
  /** The last event of apps and tenants that it has. */
  after: positionSchema,
  /** How far it knows the views to be. */
  known: positionsSchema,
  /** How long to wait for something new, in ms. */
  waitMs: z.number().int().min(0).max(1_000),
});
export type FollowMessage = z.output<typeof followMessageSchema>;

/** An event of an app or tenant, opened. */
export const followedEventSchema = z.object({
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: z.number().int(),
  position: positionSchema,
  recordedAt: z.number(),
  metadata: z.record(z.string(), z.string()),
  data: z.unknown(),
  erased: z.boolean(),
  /** Why it could not be opened: there is no data then. */
  unreadable: z.string().max(64).optional(),
});

export type FollowedEvent = z.output<typeof followedEventSchema>;

export const followAnswerSchema = z.object({
  events: z.array(followedEventSchema),
  /** All events up to here that come after what was asked for are in this answer. */
  upTo: positionSchema,
  /** There was nothing more. */
  isWhole: z.boolean(),
  /** How far the views are that are further than was known. */
  passed: positionsSchema,
});
export type FollowAnswer = z.output<typeof followAnswerSchema>;
