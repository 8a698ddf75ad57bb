import type { App } from './app.js';
import type { AppAnswer, FrontEnd } from './front-end.js';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** A password that the SDK's default policy takes. */
export const PASSWORD = 'correct-horse-1';

let made = 0;

/** Credentials that nobody else has in this process. */
export function newCredentials(): Credentials {
  made += 1;
  return { email: `person${made}@example.org`, password: PASSWORD };
}

/** Form fields as the SDK's routes expect them. */
export function formFields(fields: Readonly<Record<string, string>>): readonly { id: string; value: string }[] {
  return Object.entries(fields).map(([id, value]) => ({ id, value }));
}

/** `POST /auth[/<tenantId>]/signup`. */
export function signUp(frontEnd: FrontEnd, credentials: Credentials, tenantId?: string): Promise<AppAnswer> {
  return enter(frontEnd, 'signup', credentials, tenantId);
}

/** `POST /auth[/<tenantId>]/signin`. */
export function signIn(frontEnd: FrontEnd, credentials: Credentials, tenantId?: string): Promise<AppAnswer> {
  return enter(frontEnd, 'signin', credentials, tenantId);
}

function enter(
  frontEnd: FrontEnd,
  route: string,
  { email, password }: Credentials,
  tenantId: string | undefined,
): Promise<AppAnswer> {
  const prefix = tenantId === undefined ? '/auth' : `/auth/${tenantId}`;
  return frontEnd.request('POST', `${prefix}/${route}`, { body: { formFields: formFields({ email, password }) } });
}

/** What the app shows of a session. */
export interface ShownSession {
  readonly handle: string;
  readonly userId: string;
  readonly recipeUserId: string;
  readonly tenantId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Signs a new user up in a front end, and answers the session that the app then sees. Fails if that does not work. */
export async function signedUp(frontEnd: FrontEnd, credentials = newCredentials()): Promise<ShownSession> {
  const { body } = await signUp(frontEnd, credentials);
  if (body.status !== 'OK') throw new Error(`sign-up answered ${JSON.stringify(body)}`);
  const { status, body: session } = await frontEnd.request('GET', '/session');
  if (status !== 200) throw new Error(`GET /session answered ${status} ${JSON.stringify(session)}`);
  return session as ShownSession;
}

/** Signs a new user up without a session, in the public tenant. Fails if that does not work. */
export async function newUser(app: App): Promise<{ id: string; email: string }> {
  const { email } = newCredentials();
  const made = await app.backend('signUp', 'public', email, PASSWORD);
  if (made.status !== 'OK') throw new Error(`sign-up answered ${made.status}`);
  return { id: made.user.id, email };
}
