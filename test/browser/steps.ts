import type { Page } from 'playwright-core';
import { type Credentials, newUser, PASSWORD, type ShownSession } from '../client/accounts.js';
import type { App } from '../client/app.js';
import type { AppMessage } from '../client/app-observations.js';

// What people do on the site. Each step waits for what it needs, and fails if the page does not come to show it.

/** Types into fields of the prebuilt UI. */
export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(text);
}

export async function press(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}

export async function see(page: Page, text: string): Promise<void> {
  await page.getByText(text, { exact: true }).waitFor();
}

/** Fills in the form for new users. */
export async function signUp(page: Page, { email, password }: Credentials): Promise<void> {
  await page.goto('/auth?show=signup');
  await fill(page, { email, password });
  await press(page, 'SIGN UP');
}

/** Fills in email and then password. */
export async function signIn(page: Page, { email, password }: Credentials): Promise<void> {
  await page.goto('/auth');
  await fill(page, { email });
  await press(page, 'CONTINUE');
  await fill(page, { password });
  await press(page, 'CONTINUE');
}

/** Signs a new user in whom the app has made; answers who that is. */
export async function signedIn(page: Page, app: App): Promise<{ readonly id: string; readonly email: string }> {
  const user = await newUser(app);
  await signIn(page, { email: user.email, password: PASSWORD });
  await signedInUser(page);
  return user;
}

/** The id of the user whom the site greets. */
export async function signedInUser(page: Page): Promise<string> {
  await page.getByText('You are signed in as').waitFor();
  return (await page.locator('code').textContent()) ?? '';
}

/** Asks the app from the page whose session this is. */
export async function whoAmI(page: Page): Promise<ShownSession> {
  await press(page, 'Who am I?');
  return JSON.parse((await page.locator('output').textContent()) ?? '');
}

/** Waits until the site wants somebody to sign in. */
export async function signedOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue with House' }).waitFor();
}

/** What the last mail of a type to somebody holds. Fails if none was sent. */
export async function mailed(
  app: App,
  type: AppMessage['type'],
  part: Exclude<keyof AppMessage, 'type'>,
  email: string,
): Promise<string> {
  const found = (await app.lastMessage(type, email))?.[part];
  if (found === undefined) throw new Error(`no mail with ${part} was sent`);
  return found;
}
