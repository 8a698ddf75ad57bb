import type { App } from './app.js';
import type { AppAnswer, FrontEnd } from './front-end.js';

/** `POST /auth/user/email/verify/token`: mails the user of the session. */
export function askForVerification(frontEnd: FrontEnd): Promise<AppAnswer> {
  return frontEnd.request('POST', '/auth/user/email/verify/token', { body: {} });
}

/** `POST /auth/user/email/verify`, as the page does that the mailed link leads to. */
export function verify(frontEnd: FrontEnd, token: string): Promise<AppAnswer> {
  return frontEnd.request('POST', '/auth/user/email/verify', { body: { method: 'token', token } });
}

/** Asks for a mail, and answers the token in its link. Fails if none was sent. */
export async function mailedVerificationToken(app: App, frontEnd: FrontEnd, email: string): Promise<string> {
  const { body } = await askForVerification(frontEnd);
  if (body.status !== 'OK') throw new Error(`the mail was answered with ${JSON.stringify(body)}`);
  const link = (await app.lastMessage('EMAIL_VERIFICATION', email))?.emailVerifyLink;
  const token = link && new URL(link).searchParams.get('token');
  if (!token) throw new Error('no mail was sent');
  return token;
}
