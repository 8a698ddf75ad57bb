import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { annalsSettings } from '../../infra/config/annals-settings.js';
import { sqlViews } from '../service/sql-views.js';
import type { Stores } from '../service/stores.js';
import type { ViewStatus } from './list.js';
import { openExistingStores } from './open.js';
import type { OperatedView } from './operated-view.js';
import { operatedViews } from './operated-views.js';
import { progressReport } from './progress-report.js';
import { comparisonLines, parkedLine, statusLines } from './texts.js';
import type { Work } from './work.js';

/** All is well; something is not as it should be, and was told; the command could not do its work. */
type ExitCode = 0 | 1 | 2;

const NAMES = sqlViews.map(({ view }) => view.name).join(', ');
const WHICH = `one of: ${NAMES} (all of them)`;
const BUSY = 'somebody else is rebuilding or verifying it';
const print = (...lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

/** What a sub-command works with. */
interface Context {
  readonly stores: Stores;
  /** How many views are meant. */
  readonly views: number;
  /** Aborts at SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Runs a sub-command over the views that are meant; the worst of its answers becomes the exit code. */
async function overViews(name: string | undefined, run: (context: Context, view: OperatedView) => Promise<ExitCode>) {
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error('stopped by a signal'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    if (name !== undefined && sqlViews.every(({ view }) => view.name !== name))
      throw new Error(`there is no view ${name}. Give ${WHICH}`);
    const loaded = annalsSettings(process.env);
    if (loaded.status !== 'OK') throw new Error(loaded.message);
    const views = operatedViews(loaded.settings).filter((view) => name === undefined || view.name === name);
    const stores = await openExistingStores(loaded.settings);
    try {
      let worst: ExitCode = 0;
      for (const view of views) {
        const code = await run({ stores, views: views.length, signal: stopping.signal }, view);
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
async function shown<T>({ stores, signal }: Context, { name }: OperatedView, run: (work: Work) => Promise<T>) {
  const report = progressReport(name, process.stderr, () => performance.now());
  try {
    return await run({
      log: stores.log,
      store: stores.store,
      sleep: async (ms) => {
        await delay(ms);
      },
      signal,
      onParked: (parked) => process.stderr.write(`${name}: in the fresh copy${parkedLine(parked)}\n`),
      onProgress: report.show,
      onStage: report.stage,
    });
  } finally {
    report.end();
  }
}

function list(json: boolean): Promise<void> {
  const all: ViewStatus[] = [];
  return overViews(undefined, async ({ stores, views }, view) => {
    const status = await view.status(stores.log);
    all.push(status);
    if (!json) print(...statusLines(status));
    else if (all.length === views) print(JSON.stringify(all, null, 2));
    return 0;
  });
}

interface RebuildFlags {
  readonly keepOld?: true;
  readonly acceptParked?: true;
  /** Seconds. */
  readonly grace: number;
}

async function rebuild(context: Context, view: OperatedView, flags: RebuildFlags): Promise<ExitCode> {
  const { name } = view;
  const choice = {
    keepOld: flags.keepOld ?? false,
    graceMs: flags.grace * 1_000,
    acceptParked: flags.acceptParked ?? false,
  };
  const rebuilt = await shown(context, view, (work) => view.rebuild(work, choice));
  if (rebuilt.status === 'UNDER_WAY') {
    print(`${name}: ${BUSY}`);
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

async function verify(context: Context, view: OperatedView): Promise<ExitCode> {
  const { name } = view;
  const verified = await shown(context, view, view.verify);
  if (verified.status === 'OK') {
    print(...comparisonLines(name, verified.comparison));
    return verified.comparison.equal ? 0 : 1;
  }
  if (verified.status === 'UNDER_WAY') print(`${name}: ${BUSY}`);
  else print(`${name}: was not built by this version of Annals; run: annals projections rebuild ${name}`);
  return 2;
}

async function retry({ stores }: Context, view: OperatedView): Promise<ExitCode> {
  const { name } = view;
  let healed = 0;
  let failed = 0;
  await view.retry(stores.log, stores.store, ({ stream, applied, failure }) => {
    if (failure) failed++;
    else healed++;
    print(failure ? `${name}:${parkedLine(failure)}` : `${name}: ${stream} healed, ${applied} events applied`);
  });
  print(`${name}: ${healed} healed, ${failed} still parked`);
  if (healed > 0) print(`  to make sure that all is as it should be: annals projections verify ${name}`);
  return failed > 0 ? 1 : 0;
}

/** Longer than a query takes that was begun before the switch, and time to look. */
const DEFAULT_GRACE_S = 30;
const LONGEST_GRACE_S = 24 * 3_600;

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > LONGEST_GRACE_S)
    throw new InvalidArgumentError(`Give seconds, from 0 to ${LONGEST_GRACE_S}.`);
  return value;
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
      '--grace <seconds>',
      'for how long what was live is left in its place after the switch; Ctrl-C ends that time early',
      seconds,
      DEFAULT_GRACE_S,
    )
    .option('--keep-old', 'keep what was live until the next rebuild; erasing a user does not reach it there')
    .option('--accept-parked', 'switch even if streams of the live view could not be handled')
    .action((name: string | undefined, flags: RebuildFlags) =>
      overViews(name, (context, view) => rebuild(context, view, flags)),
    );
  command
    .command('verify')
    .description('Builds a view anew apart from the live one and compares the two, row by row.')
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
