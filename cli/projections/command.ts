import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { type AnnalsSettings, annalsSettings } from '../../infra/config/annals-settings.js';
import { type SqlView, sqlViews, sqlViewsIn, storageOf } from '../service/sql-views.js';
import type { Stores } from '../service/stores.js';
import { type ViewStatus, viewStatus } from './list.js';
import { openExistingStores } from './open.js';
import { progressReport } from './progress-report.js';
import { rebuildView } from './rebuild.js';
import { retryView } from './retry.js';
import { comparisonLines, parkedLine, statusLines } from './texts.js';
import { verifyView } from './verify.js';
import type { ViewWork } from './work.js';

/** All is well; something is not as it should be, and was told; the command could not do its work. */
type ExitCode = 0 | 1 | 2;

const NAMES = sqlViews.map(({ view }) => view.name).join(', ');
const WHICH = `one of: ${NAMES} (all of them)`;
const REDIS_ADVICE = 'to have it built anew, delete its keys, which begin with annals:{sessions@';
const print = (...lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

/** What a sub-command works with. */
interface Context {
  readonly settings: AnnalsSettings;
  readonly stores: Stores;
  /** Aborts at SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Runs a sub-command over the views that are meant; the worst of its answers becomes the exit code. */
async function overViews(name: string | undefined, run: (context: Context, view: SqlView) => Promise<ExitCode>) {
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error('stopped by a signal'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    if (name !== undefined && sqlViews.every(({ view }) => view.name !== name))
      throw new Error(`there is no view ${name}. Give ${WHICH}`);
    const loaded = annalsSettings(process.env);
    if (loaded.status !== 'OK') throw new Error(loaded.message);
    const { settings } = loaded;
    const views = sqlViewsIn(settings).filter(({ view }) => name === undefined || view.name === name);
    if (views.length === 0) throw new Error(`the view ${name} is kept in Redis, which fills itself: ${REDIS_ADVICE}`);
    const stores = await openExistingStores(settings);
    try {
      let worst: ExitCode = 0;
      for (const view of views) {
        const code = await run({ settings, stores, signal: stopping.signal }, view);
        if (code > worst) worst = code;
      }
      process.exitCode = worst;
    } finally {
      await stores.close();
    }
  } catch (error) {
    process.stderr.write(`annals projections: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
  }
}

/** Runs some work on a view's rows with its progress shown on standard error. */
async function shown<T>({ settings, stores, signal }: Context, sqlView: SqlView, run: (work: ViewWork) => Promise<T>) {
  const { name } = sqlView.view;
  const report = progressReport(name, process.stderr, () => performance.now());
  try {
    return await run({
      sqlView,
      storage: storageOf(sqlView, settings),
      log: stores.log,
      store: stores.store,
      sleep: async (ms) => {
        await delay(ms);
      },
      signal,
      onParked: (parked) => process.stderr.write(`${name}: in the fresh copy${parkedLine(parked)}\n`),
      onProgress: report.show,
    });
  } finally {
    report.end();
  }
}

function list(json: boolean): Promise<void> {
  const all: ViewStatus[] = [];
  return overViews(undefined, async ({ settings, stores }, sqlView) => {
    const status = await viewStatus(sqlView, storageOf(sqlView, settings), stores.log);
    all.push(status);
    if (!json) print(...statusLines(status));
    else if (all.length === sqlViewsIn(settings).length) print(JSON.stringify(all, null, 2));
    return 0;
  });
}

interface RebuildFlags {
  readonly keepOld?: true;
  readonly acceptParked?: true;
}

async function rebuild(context: Context, sqlView: SqlView, flags: RebuildFlags): Promise<ExitCode> {
  const { name } = sqlView.view;
  const rebuilt = await shown(context, sqlView, (work) =>
    rebuildView({
      ...work,
      token: randomBytes(4).toString('hex'),
      keepOld: flags.keepOld ?? false,
      acceptParked: flags.acceptParked ?? false,
    }),
  );
  if (rebuilt.status === 'UNDER_WAY') {
    print(`${name}: somebody else is rebuilding it`);
    return 1;
  }
  if (rebuilt.status === 'PARKED') {
    print(`${name}: NOT switched, because these streams can't be handled any more and the live view has them:`);
    print(...rebuilt.parked.map(parkedLine), '  to switch all the same: --accept-parked');
    return 1;
  }
  const { comparison } = rebuilt;
  if (comparison && !comparison.equal) {
    print(...comparisonLines(name, comparison));
    print(`${name}: THE LIVE VIEW WAS WRONG. It has been replaced; what was answered from it may have been wrong too`);
  }
  const was = comparison?.equal ? ', as it was before' : '';
  print(`${name}: rebuilt and switched at position ${rebuilt.checkpoint}${was}`, ...rebuilt.parked.map(parkedLine));
  return 0;
}

async function verify(context: Context, sqlView: SqlView): Promise<ExitCode> {
  const { name } = sqlView.view;
  const verified = await shown(context, sqlView, verifyView);
  if (verified.status === 'OK') {
    print(...comparisonLines(name, verified.comparison));
    return verified.comparison.equal ? 0 : 1;
  }
  if (verified.status === 'UNDER_WAY') print(`${name}: somebody else is verifying it`);
  else print(`${name}: was not built by this version of Annals; run: annals projections rebuild ${name}`);
  return 2;
}

async function retry({ settings, stores }: Context, sqlView: SqlView): Promise<ExitCode> {
  const { name } = sqlView.view;
  let healed = 0;
  let failed = 0;
  await retryView(sqlView, storageOf(sqlView, settings), stores.log, stores.store, ({ stream, applied, failure }) => {
    if (failure) failed++;
    else healed++;
    print(failure ? `${name}:${parkedLine(failure)}` : `${name}: ${stream} healed, ${applied} events applied`);
  });
  print(`${name}: ${healed} healed, ${failed} still parked`);
  if (healed > 0) print(`  to make sure that all is as it should be: annals projections verify ${name}`);
  return failed > 0 ? 1 : 0;
}

const EXIT_CODES = `
Exit codes: 0 all is well, 1 something is not (it is printed), 2 the command could not do its work.
Settings come from the environment, as for annals serve. The service may be running.`;

/** The sub-commands that operate the views. */
export function projectionsCommand(): Command {
  const command = new Command('projections').description('Operates the views that are built from the event log.');
  command
    .command('list')
    .description('Shows each view: version, checkpoint, lag, parked streams, rebuilds.')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) => list(json ?? false));
  command
    .command('rebuild')
    .description('Builds a view anew beside the live one, compares the two, and switches. Nothing stops meanwhile.')
    .argument('[view]', WHICH)
    .option(
      '--keep-old',
      'keep what was live until the next rebuild, as <table>__old_<token>; erasing a user does not reach it there',
    )
    .option('--accept-parked', 'switch even if streams of the live view could not be handled')
    .action((name: string | undefined, flags: RebuildFlags) =>
      overViews(name, (context, view) => rebuild(context, view, flags)),
    );
  command
    .command('verify')
    .description('Builds a view anew in a temporary database and compares it with the live one, row by row.')
    .argument('[view]', WHICH)
    .action((name: string | undefined) => overViews(name, verify));
  command
    .command('retry')
    .description('Applies the events of parked streams again, once the cause is mended.')
    .argument('[view]', WHICH)
    .action((name: string | undefined) => overViews(name, retry));
  for (const sub of command.commands) sub.addHelpText('after', EXIT_CODES);
  return command;
}
