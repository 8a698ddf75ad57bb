import { z } from 'zod';
import { defineEvent, personal, type StreamId } from '../event.js';

/** A user did something that counts as activity and leaves no other event (00-conventions.md 13.7). */
export const UserWasActive = defineEvent('UserWasActive', {
  app: z.string(),
  userId: personal(z.string(), ''),
  at: z.number(),
});

const DAY_MS = 86_400_000;

/** Activity of one app and day (UTC): short streams of their own, apart from the users'. */
export function activityStream(appKey: string, at: number): StreamId {
  return { category: 'activity', path: [appKey, String(Math.floor(at / DAY_MS))] };
}
