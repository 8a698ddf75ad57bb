import { hash } from 'node:crypto';

/** Lower-case hex SHA-256 of the UTF-8 bytes of a text: `sha` in 20-session.md. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}
