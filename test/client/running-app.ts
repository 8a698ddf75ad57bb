import { type Annals, type AnnalsOptions, startAnnals } from '../support/service.js';
import { type App, startApp } from './app.js';
import type { AppConfig } from './app-config.js';

/** An app and the Annals behind it, for the cases of one `describe`. */
export interface RunningApp {
  readonly app: App;
  readonly annals: Annals;
}

type Config = Omit<AppConfig, 'connectionUri'>;

/**
 * Starts Annals and the app before the cases of the enclosing `describe`, and stops them after. A configuration that
 * depends on what else was started is a function, asked then.
 */
export function runningApp(config: Config | (() => Config) = {}, options: AnnalsOptions = {}): RunningApp {
  let annals: Annals | undefined;
  let app: App | undefined;

  before(async () => {
    annals = await startAnnals(options);
    app = await startApp({ connectionUri: annals.url, ...(typeof config === 'function' ? config() : config) });
  });

  after(async () => {
    await app?.stop();
    await annals?.stop();
  });

  return {
    get app() {
      return started(app);
    },
    get annals() {
      return started(annals);
    },
  };
}

/** A part that a `before` starts. Fails if it was not started. */
export function started<T>(service: T | undefined): T {
  if (service === undefined) throw new Error('used before it was started');
  return service;
}
