import { z } from 'zod';
import type { SignInProtection } from '../../domain/bruteforce/policy.js';
import type { Environment } from './environment.js';
import { signInProtection, signInProtectionShape } from './sign-in-protection-settings.js';

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

/** Where a store is: a database that others may use as well. The connection string may hold a password. */
export interface RemoteLocation<Engine extends 'postgres' | 'kurrentdb' | 'redis'> {
  readonly engine: Engine;
  readonly url: string;
}

/** Where the directory view or the keyring is. */
export type StoreLocation = SqliteLocation | RemoteLocation<'postgres'>;
export type SessionsLocation = StoreLocation | RemoteLocation<'redis'>;
export type EventLogLocation = StoreLocation | RemoteLocation<'kurrentdb'>;

/** The beginnings of URLs by engine, and how such a URL is written. */
const ENGINES = {
  sqlite: { scheme: /^sqlite:/, form: 'sqlite:<file>' },
  postgres: { scheme: /^postgres(ql)?:\/\//, form: 'postgres://<user>:<password>@<host>:<port>/<database>' },
  kurrentdb: { scheme: /^kurrentdb(\+discover)?:\/\//, form: 'kurrentdb://<user>:<password>@<host>:2113?tls=true' },
  redis: { scheme: /^rediss?:\/\//, form: 'rediss://<user>:<password>@<host>:<port>/<database>' },
} as const;
type Engine = keyof typeof ENGINES;

function storeUrl<E extends Engine>(purpose: string, engines: readonly E[], fallback: string) {
  const forms = engines.map((engine) => ENGINES[engine].form);
  return z
    .string()
    .transform((url, context): SqliteLocation | RemoteLocation<Exclude<E, 'sqlite'>> => {
      const engine = engines.find((one) => ENGINES[one].scheme.test(url));
      if (engine === 'sqlite') return { engine: 'sqlite', file: url.slice('sqlite:'.length) || undefined };
      if (engine) return { engine: engine as Exclude<E, 'sqlite'>, url };
      // The URL may hold a password, so it must not become part of the message.
      context.addIssue({ code: 'custom', message: `must be ${forms.join(' or ')}; leave it unset for the default` });
      return z.NEVER;
    })
    .optional()
    .describe(`${purpose}: ${forms.map((form) => `\`${form}\``).join(', ')}; unset: ${fallback}.`);
}

function serviceUrls(what: string) {
  return z
    .string()
    .transform((text, context): readonly string[] => {
      const urls = text.split(',').map((url) => url.trim().replace(/\/$/, ''));
      if (urls.every((url) => SERVICE_URL.test(url) && URL.canParse(url))) return [...new Set(urls)];
      context.addIssue({ code: 'custom', message: 'must be http://<host>:<port>, several with commas between them' });
      return z.NEVER;
    })
    .optional()
    .describe(`${what}: \`http://<host>:<port>\`, several with commas between them. For the role \`gateway\`.`);
}

/** Without credentials, path or query. */
const SERVICE_URL = /^https?:\/\/[^/?#@\s]+$/;
const INTERNAL_KEY = /^[A-Za-z0-9+/_=.-]{32,256}$/;

const IN_DATA_DIR = 'a file in the data directory';

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
  ANNALS_EVENT_LOG_URL: storeUrl('Event log', ['sqlite', 'postgres', 'kurrentdb'], IN_DATA_DIR),
  ANNALS_DIRECTORY_URL: storeUrl('View of users and all else', ['sqlite', 'postgres'], IN_DATA_DIR),
  ANNALS_SESSIONS_URL: storeUrl('View of sessions', ['sqlite', 'postgres', 'redis'], IN_DATA_DIR),
  ANNALS_KEYRING_URL: storeUrl('Keyring', ['sqlite', 'postgres'], 'next to the directory view'),
  ANNALS_COMMAND_URLS: serviceUrls('Processes of the role `command`'),
  ANNALS_QUERY_URLS: serviceUrls('Processes of the role `query`'),
  ANNALS_INTERNAL_KEY: z
    .string()
    .transform((text, context): readonly string[] => {
      const keys = text.split(',').map((key) => key.trim());
      if (keys.every((key) => INTERNAL_KEY.test(key))) return keys;
      // The text is a secret, so it must not become part of the message.
      context.addIssue({
        code: 'custom',
        message:
          'must be 32 to 256 letters, digits or any of + / _ = . -, several with commas between them; make one with: openssl rand -hex 32',
      });
      return z.NEVER;
    })
    .optional()
    .describe(
      'What processes of one installation know each other by. Of several with commas between them the first is sent and all are accepted, for the time of a change.',
    ),
  ...signInProtectionShape,
});

/** How this process of Annals is set up, apart from the core config. */
export interface AnnalsSettings {
  readonly dataDir: string;
  /** 32 bytes; undefined if none is configured. */
  readonly masterKey: Uint8Array | undefined;
  readonly testMode: boolean;
  readonly eventLog: EventLogLocation;
  readonly directory: StoreLocation;
  readonly sessions: SessionsLocation;
  readonly keyring: StoreLocation;
  readonly signInProtection: SignInProtection;
  /** Where other roles are reached; empty if none is named. */
  readonly commandUrls: readonly string[];
  readonly queryUrls: readonly string[];
  /** The first one is sent, all are accepted; empty if none is set. */
  readonly internalKeys: readonly string[];
}

export type LoadedAnnalsSettings =
  | { readonly status: 'OK'; readonly settings: AnnalsSettings }
  | { readonly status: 'INVALID'; readonly message: string };

/** Whether any store is a file, so that the data directory has to be this process's own. */
export function usesFiles({ eventLog, directory, sessions, keyring }: AnnalsSettings): boolean {
  return [eventLog, directory, sessions, keyring].some(({ engine }) => engine === 'sqlite');
}

/** Reads the settings of Annals; empty variables count as unset. The message names each variable that is wrong. */
export function annalsSettings(env: Environment): LoadedAnnalsSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = annalsSettingsSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    return { status: 'INVALID', message: problems.join('; ') };
  }
  const { data } = parsed;
  const directory = data.ANNALS_DIRECTORY_URL ?? IN_FILE;
  const keyring = data.ANNALS_KEYRING_URL ?? (directory.engine === 'sqlite' ? IN_FILE : directory);
  if (keyring.engine !== 'sqlite' && !data.ANNALS_MASTER_KEY) return { status: 'INVALID', message: NO_SHARED_KEY };
  return {
    status: 'OK',
    settings: {
      dataDir: data.ANNALS_DATA_DIR,
      masterKey: data.ANNALS_MASTER_KEY,
      testMode: data.ANNALS_TEST_MODE === 'true',
      eventLog: data.ANNALS_EVENT_LOG_URL ?? IN_FILE,
      directory,
      sessions: data.ANNALS_SESSIONS_URL ?? IN_FILE,
      keyring,
      signInProtection: signInProtection(data),
      commandUrls: data.ANNALS_COMMAND_URLS ?? [],
      queryUrls: data.ANNALS_QUERY_URLS ?? [],
      internalKeys: data.ANNALS_INTERNAL_KEY ?? [],
    },
  };
}

const IN_FILE: SqliteLocation = { engine: 'sqlite', file: undefined };

const NO_SHARED_KEY =
  'ANNALS_MASTER_KEY must be set when the keyring is in PostgreSQL, because every process that opens it needs the same ' +
  'key; make one with: openssl rand -hex 32';
