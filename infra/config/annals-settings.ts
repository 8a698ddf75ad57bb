import { z } from 'zod';
import type { Environment } from './environment.js';

const MASTER_KEY_BYTES = 32;

function decodeMasterKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === MASTER_KEY_BYTES ? key : undefined;
}

/** Where a store is: a SQLite file, or (undefined) the file of that store in the data directory. */
export interface SqliteLocation {
  readonly engine: 'sqlite';
  readonly file: string | undefined;
}

function storeUrl(purpose: string) {
  return z
    .string()
    .default('sqlite:')
    .refine((url) => url.startsWith('sqlite:'), {
      error: 'only sqlite: and sqlite:<file> are supported; leave it unset for a file in the data directory',
    })
    .transform((url): SqliteLocation => ({ engine: 'sqlite', file: url.slice('sqlite:'.length) || undefined }))
    .describe(`${purpose}: \`sqlite:<file>\`, or unset for a file in the data directory.`);
}

/** The settings of Annals itself, by environment variable. */
export const annalsSettingsSchema = z.object({
  ANNALS_DATA_DIR: z.string().default('./data').describe('Directory of the stores that are files.'),
  ANNALS_MASTER_KEY: z
    .string()
    .transform((text, context) => {
      const key = decodeMasterKey(text.trim());
      if (key) return key;
      // The text is a secret, so it must not become part of the message.
      context.addIssue({
        code: 'custom',
        message: 'must be 32 bytes in hex or base64; make one with: openssl rand -hex 32',
      });
      return z.NEVER;
    })
    .optional()
    .describe('Wraps all keys that protect personal data: 32 bytes in hex or base64. Keep a copy away from the data.'),
  ANNALS_TEST_MODE: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .describe('`true` relaxes rules that the test suites of SDKs need relaxed. Never in production.'),
  ANNALS_EVENT_LOG_URL: storeUrl('Event log'),
  ANNALS_DIRECTORY_URL: storeUrl('View of users and all else'),
  ANNALS_SESSIONS_URL: storeUrl('View of sessions'),
});

/** How this process of Annals is set up, apart from the core config. */
export interface AnnalsSettings {
  readonly dataDir: string;
  /** 32 bytes; undefined if none is configured. */
  readonly masterKey: Uint8Array | undefined;
  readonly testMode: boolean;
  readonly eventLog: SqliteLocation;
  readonly directory: SqliteLocation;
  readonly sessions: SqliteLocation;
}

export type LoadedAnnalsSettings =
  | { readonly status: 'OK'; readonly settings: AnnalsSettings }
  | { readonly status: 'INVALID'; readonly message: string };

/** Reads the settings of Annals; empty variables count as unset. The message names each variable that is wrong. */
export function annalsSettings(env: Environment): LoadedAnnalsSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = annalsSettingsSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    return { status: 'INVALID', message: problems.join('; ') };
  }
  const { data } = parsed;
  return {
    status: 'OK',
    settings: {
      dataDir: data.ANNALS_DATA_DIR,
      masterKey: data.ANNALS_MASTER_KEY,
      testMode: data.ANNALS_TEST_MODE === 'true',
      eventLog: data.ANNALS_EVENT_LOG_URL,
      directory: data.ANNALS_DIRECTORY_URL,
      sessions: data.ANNALS_SESSIONS_URL,
    },
  };
}
