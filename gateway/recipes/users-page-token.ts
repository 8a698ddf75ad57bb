import { isUtf8 } from 'node:buffer';
import type { ListPlace } from '../../query-service/users/list-order.js';
import { refuse } from '../refusal.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const TIME = /^[+-]?[0-9]{1,19}$/;

/** The token of the page that starts with this user (32-users.md 4.1). */
export function pageToken({ userId, timeJoined }: ListPlace): string {
  return Buffer.from(`${userId};${timeJoined}`).toString('base64');
}

/** Where a page starts, by its token: or the 400 of one that says nothing. */
export function readPageToken(token: string): ListPlace {
  const bytes = Buffer.from(token, 'base64');
  const [userId, time, ...more] = BASE64.test(token) && isUtf8(bytes) ? bytes.toString().split(';') : [];
  if (userId === undefined || time === undefined || more.length > 0 || !TIME.test(time))
    refuse(400, 'invalid pagination token');
  return { userId, timeJoined: Number(time) };
}
