import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { appAggregate } from '../../domain/tenancy/app.js';
import { DEFAULT_CUD, DEFAULT_ID } from '../../domain/tenancy/ids.js';
import { appStream } from '../../domain/tenancy/keys.js';
import { type AnnalsSettings, annalsSettings } from '../../infra/config/annals-settings.js';
import { sessionIndex } from '../../projections/directory/session-index.js';
import { openExistingStores } from '../projections/open.js';
import type { Stores } from '../service/stores.js';
import { historyEntries, userHistory } from './history.js';
import { foldPast, pastReader } from './past.js';
import { pastState } from './state.js';
import { entryLine, personLines } from './texts.js';
import { parseTime } from './time.js';

/** The user was found; nobody is known by the id; the command could not do its work. */
type ExitCode = 0 | 1 | 2;

interface Flags {
  readonly app: string;
  readonly cud: string;
  readonly quick?: true;
  readonly at?: string;
  readonly json?: true;
}

async function auditUser(id: string, flags: Flags): Promise<void> {
  try {
    const at = flags.at === undefined ? undefined : parseTime(flags.at);
    const stores = await openExistingStores(loadSettings());
    try {
      process.exitCode = await show(stores, id, flags, at);
    } finally {
      await stores.close();
    }
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}

function loadSettings(): AnnalsSettings {
  const loaded = annalsSettings(process.env);
  if (loaded.status !== 'OK') throw new Error(loaded.message);
  const { settings } = loaded;
  // To open the stores makes a key where there is none: right for a new service, wrong for one that has lost its key.
  if (!settings.masterKey && !existsSync(join(settings.dataDir, 'master.key')))
    throw new Error(
      `there is no master key in ${settings.dataDir}. Set ANNALS_DATA_DIR, or ANNALS_MASTER_KEY, as for annals serve`,
    );
  return settings;
}

async function show(
  { log, store, directory }: Stores,
  id: string,
  { app: appId, cud, quick, json }: Flags,
  at: number | undefined,
): Promise<ExitCode> {
  const reader = pastReader(store, at);
  const app = foldPast(appAggregate(cud, appId), await reader.events(appStream(cud, appId)));
  const then = at === undefined ? '' : ` at ${new Date(at).toISOString()}`;
  if (app.incarnation === 0) {
    fail(`there was no app ${JSON.stringify(appId)}${then}. Give the one of the user: --app <id> --cud <domain>`);
    return 1;
  }
  const { appKey } = app;
  const places = { index: sessionIndex(directory.reader), ...(!quick && { scan: { log, store } }) };
  const history = await userHistory(reader, places, { appKey, id });
  if (!history) {
    fail(`nobody was known by this id in the app ${JSON.stringify(appId)}${then}. Check the id, --app and --cud`);
    return 1;
  }
  if (at === undefined) {
    for (const entry of historyEntries(history)) print(json ? JSON.stringify(entry) : entryLine(entry));
    return 0;
  }
  const people = await pastState(reader, history, { appKey, app, at });
  const time = new Date(at).toISOString();
  if (json) print(JSON.stringify({ at: time, app: appKey, people }, null, 2));
  else for (const line of [`as it was${then}`, ...people.flatMap(personLines)]) print(line);
  return 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(message: string): void {
  process.stderr.write(`annals audit: ${message}\n`);
}

const HELP = `
Each line has the time (UTC), what happened, its facts, who asked for it, and from where: the command, the version of
the interface, the correlation id of the request, its trace context, and the place in the log. The order is that of the
log. Ended sessions and activity are found by a look at every session that was ever made, which may take long.
Values that secrets could be checked with are shown as (hidden), those of erased users as (erased).
What it prints is personal data: keep it as safe as the master key that opens it.

Exit codes: 0 the user was found, 1 nobody is known by the id, 2 the command could not do its work.
Settings come from the environment, as for annals serve. The service may be running.

Examples:
  annals audit user 3f0c1a52-6d1e-4f0e-9a53-0d2a7d1c9b11
  annals audit user customer-17 --app shop --json
  annals audit user customer-17 --app shop --at 2026-01-31T09:30:00Z`;

/** The sub-commands that tell what the log says. */
export function auditCommand(): Command {
  const command = new Command('audit').description('Tells what the event log says, for whoever holds the master key.');
  command
    .command('user')
    .description('Prints the whole history of a user and of those linked with it, or what it was at some time.')
    .argument('<id>', 'the SuperTokens id or the external id; of a deleted user, too')
    .option('--app <id>', 'the app of the user', DEFAULT_ID)
    .option('--cud <domain>', 'the connection URI domain of the app', DEFAULT_CUD)
    .option('--quick', 'leave out ended sessions and activity, which take a look at every session that was ever made')
    .option('--at <time>', 'what the user was at that time: ISO 8601 with an offset, or ms since the epoch')
    .option('--json', 'print JSON: one object a line, or with --at a single one')
    .addHelpText('after', HELP)
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action((id: string, flags: Flags) => auditUser(id, flags));
  return command;
}
