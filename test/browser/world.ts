import { type App, startApp } from '../client/app.js';
import { runningProvider } from '../client/oauth-provider.js';
import { started } from '../client/running-app.js';
import { cdiClient } from '../support/cdi.js';
import { type Annals, startAnnals } from '../support/service.js';
import { type NewPerson, peopleWithBrowsers } from './people.js';
import { startWebsite, type Website } from './website.js';

const START_TIMEOUT_MS = 60_000;
const APP_ID = 'shop';
const ACCESS_TOKEN_VALIDITY_S = 3600;

/** A website with the prebuilt UI, the app behind it, Annals behind that, and people who come to the website. */
export interface World {
  readonly app: App;
  readonly newPerson: NewPerson;
  /** Runs something while Annals gives out access tokens that live for some seconds only. */
  withAccessTokensOf(seconds: number, action: () => Promise<void>): Promise<void>;
}

/** Starts it before the cases of the enclosing `describe`, and stops it after. */
export function runningWorld(): World {
  let website: Website | undefined;
  let annals: Annals | undefined;
  let app: App | undefined;
  const newPerson = peopleWithBrowsers(() => started(website).url);
  const provider = runningProvider(() => `${started(website).url}/auth/callback/house`);

  before(async function () {
    this.timeout(START_TIMEOUT_MS);
    website = await startWebsite(() => started(app).url);
    annals = await startAnnals();
    await configure(annals, { access_token_validity: ACCESS_TOKEN_VALIDITY_S });
    app = await startApp({
      connectionUri: `${annals.url}/appid-${APP_ID}`,
      websiteUrl: website.url,
      providerUrl: provider.url,
      emailVerification: 'OPTIONAL',
      hasPasswordless: true,
    });
  });

  after(async () => {
    await app?.stop();
    await annals?.stop();
    await website?.stop();
  });

  return {
    get app() {
      return started(app);
    },
    newPerson,
    async withAccessTokensOf(seconds, action) {
      await configure(started(annals), { access_token_validity: seconds });
      try {
        await action();
      } finally {
        await configure(started(annals), { access_token_validity: ACCESS_TOKEN_VALIDITY_S });
      }
    },
  };
}

async function configure(annals: Annals, coreConfig: object): Promise<void> {
  const body = { appId: APP_ID, coreConfig };
  const { status, text } = await cdiClient(annals.url).put('/recipe/multitenancy/app/v2', body, '5.3');
  if (status !== 200) throw new Error(`the app was not configured: ${status} ${text}`);
}
