import { z } from 'zod';
import type { MemberReport, Positions } from '../ports/progress-exchange.js';
import { readJson } from './json-text.js';

/** The most views that one message tells of. With it a report stays below the 8000 bytes of a notification of PostgreSQL. */
export const MAX_VIEWS = 16;
const VIEW_NAME = /^[a-z][a-z0-9_-]{0,31}$/;

export const positionSchema = z.string().regex(/^-?\d{1,20}$/);

/** Positions as they are sent: decimal text by view. */
export const positionsSchema = z
  .record(z.string().regex(VIEW_NAME), positionSchema)
  .refine((positions) => Object.keys(positions).length <= MAX_VIEWS, `must not be of more than ${MAX_VIEWS} views`);

export const memberReportSchema = z.object({
  member: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  at: z.number(),
  built: positionsSchema,
  kept: positionsSchema,
  missed: positionsSchema,
  leaves: z.boolean(),
});

/** A report as it is sent. */
export type SentReport = z.output<typeof memberReportSchema>;

export function sentPositions(positions: Positions): Record<string, string> {
  return Object.fromEntries([...positions].map(([view, position]) => [view, String(position)]));
}

export function receivedPositions(sent: Readonly<Record<string, string>>): Positions {
  return new Map(Object.entries(sent).map(([view, position]) => [view, BigInt(position)]));
}

export function sentReport({ member, at, built, kept, missed, leaves }: MemberReport): SentReport {
  return {
    member,
    at,
    built: sentPositions(built),
    kept: sentPositions(kept),
    missed: sentPositions(missed),
    leaves,
  };
}

export function receivedReport({ member, at, built, kept, missed, leaves }: SentReport): MemberReport {
  return {
    member,
    at,
    built: receivedPositions(built),
    kept: receivedPositions(kept),
    missed: receivedPositions(missed),
    leaves,
  };
}

/** Reads a report from JSON text; undefined if it is none. */
export function readReport(text: string): MemberReport | undefined {
  const sent = readJson(memberReportSchema, text);
  return sent && receivedReport(sent);
}
