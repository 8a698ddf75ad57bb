import { expect } from 'chai';
import { migrateCommand } from '../../cli/migrate.js';
import { roles } from '../../cli/roles/roles.js';
import { coreOptionEntries, environmentName } from '../../domain/config/options.js';
import { annalsSettings, annalsSettingsSchema } from '../../infra/config/annals-settings.js';

const STORES = [
  'ANNALS_EVENT_LOG_URL',
  'ANNALS_DIRECTORY_URL',
  'ANNALS_SESSIONS_URL',
  'ANNALS_KEYRING_URL',
  'ANNALS_MASTER_KEY',
];
const MEMBER = [...STORES, 'ANNALS_INTERNAL_KEY'];

/** What each command is told of Annals' own settings and of secrets: all that it needs, and no more. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  gateway: ['ANNALS_COMMAND_URLS', 'ANNALS_QUERY_URLS', 'ANNALS_INTERNAL_KEY', 'API_KEYS'],
  command: MEMBER,
  query: MEMBER,
  projector: MEMBER,
  migrate: STORES,
};

/** Core options that open the interface: for whoever serves it. */
const KEYS_OF_THE_INTERFACE = new Set(['API_KEYS', 'SUPERTOKENS_SAAS_SECRET']);

const settings = new Set(Object.keys(annalsSettingsSchema.shape));
const coreVariables = new Set(coreOptionEntries.map(([name]) => environmentName(name)));

/** The commands that serve something, and the one that prepares stores. */
export const COMMANDS: readonly string[] = [...roles.map(({ name }) => name), migrateCommand().name()];

/** Fails unless an environment holds what a command needs, knows, and no more. */
export function expectNeeds(command: string, environment: readonly string[]): void {
  expect(COMMANDS).to.include(command);
  const unknown = environment.filter((name) => !settings.has(name) && !coreVariables.has(name));
  expect(unknown, `${command} is told what no process of Annals knows`).to.deep.equal([]);
  const own = environment.filter((name) => settings.has(name) || KEYS_OF_THE_INTERFACE.has(name));
  expect([...own].sort(), `what ${command} is told`).to.deep.equal([...(NEEDS[command] ?? [])].sort());
}

/** Fails unless Annals takes these values. */
export function expectAccepted(environment: Readonly<Record<string, string>>): void {
  const read = annalsSettings(environment);
  expect(read.status === 'OK' ? '' : read.message).to.equal('');
}

/** The host and port of every process that gateways are told of: `<host>:<port>`. */
export function addressesIn(urls: string): readonly string[] {
  return urls.split(',').map((url) => new URL(url).host);
}

/** Fails unless an image is pinned to a version with a minor part at least, or to a digest. */
export function expectPinned(image: string): void {
  expect(image).to.match(/:\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$|@sha256:[0-9a-f]{64}$/);
}
