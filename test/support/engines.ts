import { randomBytes } from 'node:crypto';
import { type RunningDouble, runDouble } from './kurrentdb-double/process.js';
import { type PostgresServer, startPostgres } from './postgres-server.js';
import { type RedisServer, startRedis } from './redis-server.js';

/**
 * Where a service keeps its stores: all in files; all in PostgreSQL; sessions in Redis and the rest in PostgreSQL; or the
 * log in KurrentDB (a double of it), sessions in Redis and the rest in PostgreSQL.
 */
export const PROFILES = ['embedded', 'postgres', 'postgres-redis', 'kurrentdb'] as const;
export type Profile = (typeof PROFILES)[number];
export type SharedProfile = Exclude<Profile, 'embedded'>;

/** The engines of one service, empty at first. */
export interface Engines {
  /** What tells a service to use them. */
  readonly env: Readonly<Record<string, string>>;
  /** The database of whatever is in PostgreSQL. */
  readonly databaseUrl: string;
  /** If the profile has one. */
  readonly double: RunningDouble | undefined;
  readonly redis: RedisServer | undefined;
  /** Ends what serves this service alone. */
  stop(): Promise<void>;
}

/** Makes a database in a server, and starts what else the profile has. */
export async function startEngines(profile: SharedProfile, server: PostgresServer): Promise<Engines> {
  const url = await server.createDatabase(`annals_${randomBytes(6).toString('hex')}`);
  const double = profile === 'kurrentdb' ? await runDouble() : undefined;
  const redis = profile !== 'postgres' ? await startRedis() : undefined;
  return {
    env: {
      ANNALS_EVENT_LOG_URL: double?.url ?? url,
      ANNALS_DIRECTORY_URL: url,
      ANNALS_SESSIONS_URL: redis?.url ?? url,
      ANNALS_KEYRING_URL: url,
      ANNALS_MASTER_KEY: '5a'.repeat(32),
    },
    databaseUrl: url,
    double,
    redis,
    async stop() {
      await redis?.remove();
      await double?.stop();
    },
  };
}

/** How many processes of each role a service of this run is; 0: one process that does everything. */
export const ambientRoles = Number(process.env.ANNALS_TEST_ROLES ?? '0');

/** The profile that services of this run have unless a test says otherwise: ANNALS_TEST_PROFILE. */
export const profileOfRun = profileNamed(process.env.ANNALS_TEST_PROFILE ?? 'embedded');
const byDirectory = new Map<string, Promise<Engines>>();
let server: Promise<PostgresServer> | undefined;

function profileNamed(name: string): Profile {
  const found = PROFILES.find((profile) => profile === name);
  if (!found) throw new Error(`ANNALS_TEST_PROFILE must be one of: ${PROFILES.join(', ')}`);
  return found;
}

/** The engines of the service that has a data directory, kept until the run ends; undefined if they are its files. */
export async function ambientEngines(dataDir: string): Promise<Engines | undefined> {
  if (profileOfRun === 'embedded') return undefined;
  let engines = byDirectory.get(dataDir);
  if (!engines) {
    server ??= startPostgres();
    engines = startEngines(profileOfRun, await server);
    byDirectory.set(dataDir, engines);
  }
  return engines;
}

/** What tells a command where the service that has a data directory keeps its stores. */
export async function storesOf(dataDir: string): Promise<Readonly<Record<string, string>>> {
  return (await ambientEngines(dataDir))?.env ?? { ANNALS_DATA_DIR: dataDir };
}

if (profileOfRun !== 'embedded') {
  after(async () => {
    for (const engines of byDirectory.values()) await (await engines).stop();
    await (await server)?.remove();
  });
}
