import type { Browser, BrowserContext, Page } from 'playwright-core';
import { started } from '../client/running-app.js';
import { startChromium } from './chromium.js';
import { BLANK_PAGE } from './website.js';

/** Below the time of a case, so that what fails is the step, which says what it was waiting for. */
const STEP_TIMEOUT_MS = 20_000;

/** Gives somebody a browser, theirs until the case ends, that knows nothing of the site but the cookies, if any. */
export type NewPerson = (cookies?: Cookies) => Promise<Page>;

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/**
 * Starts Chromium before the cases of the enclosing `describe`, and stops it after. A case that fails tells what pages
 * were answered and show, and one whose pages asked for something of another machine fails.
 *
 * @param site where the website answers; asked when somebody comes
 */
export function peopleWithBrowsers(site: () => string): NewPerson {
  let browser: Browser | undefined;
  // Profiles are emptied and used again: that is several times faster than new ones, in which nothing is compiled yet.
  const pages: Page[] = [];
  let taken = 0;
  const seen: string[] = [];
  const askedElsewhere: string[] = [];

  before(async () => {
    browser = await startChromium();
  });

  afterEach(async function () {
    const people = pages.slice(0, taken);
    taken = 0;
    const error = this.currentTest?.err;
    if (error) {
      const shown = people.flatMap((page) => page.context().pages()).map(shownBy);
      error.stack = [error.stack, ...seen, ...(await Promise.all(shown))].join('\n');
    }
    seen.length = 0;
    for (const page of people) for (const tab of page.context().pages()) if (tab !== page) await tab.close();
    if (askedElsewhere.length > 0)
      throw new Error(`pages asked other machines: ${askedElsewhere.splice(0).join(', ')}`);
  });

  after(async () => {
    await browser?.close();
  });

  async function newPage(): Promise<Page> {
    const context = await started(browser).newContext({ baseURL: site() });
    context.setDefaultTimeout(STEP_TIMEOUT_MS);
    context.on('request', (request) => {
      if (!isLocal(request.url())) askedElsewhere.push(request.url());
    });
    context.on('response', (response) =>
      seen.push(`${response.status()} ${response.request().method()} ${response.url()}`),
    );
    context.on('weberror', (event) => seen.push(`uncaught: ${event.error().stack}`));
    return await context.newPage();
  }

  return async (cookies = []) => {
    const page = pages[taken] ?? (await newPage());
    pages[taken] = page;
    taken += 1;
    await page.goto(BLANK_PAGE);
    await page.evaluate('localStorage.clear(); sessionStorage.clear()');
    await page.context().clearCookies();
    await page.context().addCookies(cookies);
    return page;
  };
}

function isLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'data:' || hostname === '127.0.0.1';
}

async function shownBy(page: Page): Promise<string> {
  return `${page.url()} shows:\n${await page.locator('body').ariaSnapshot()}`;
}
