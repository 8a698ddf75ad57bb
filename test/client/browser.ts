import { type CookieJar, cookieJar } from './cookie-jar.js';
import { type AppAnswer, type AppRequest, type FrontEnd, send } from './front-end.js';

const REFRESH_PATH = '/auth/session/refresh';

interface Held {
  readonly jar: CookieJar;
  antiCsrf: string | undefined;
}

/** A website in a browser: tokens travel in cookies; the site sends the anti-CSRF token that it was given, and `rid`. */
export function browser(url: string, held: Held = { jar: cookieJar(), antiCsrf: undefined }): FrontEnd {
  async function request(method: string, path: string, { body, headers = {} }: AppRequest = {}): Promise<AppAnswer> {
    const automatic = {
      'st-auth-mode': 'cookie',
      rid: 'anti-csrf',
      cookie: held.jar.headerFor(new URL(path, url).pathname),
      'anti-csrf': held.antiCsrf,
    };
    const answer = await send(`${url}${path}`, method, { ...automatic, ...headers }, body);
    held.jar.receive(answer.headers);
    if (answer.headers.get('front-token') === 'remove') held.antiCsrf = undefined;
    held.antiCsrf = answer.headers.get('anti-csrf') ?? held.antiCsrf;
    return answer;
  }

  return {
    request,
    refresh: (options) => request('POST', REFRESH_PATH, options),
    tokens: () => ({
      accessToken: held.jar.get('sAccessToken')?.value,
      refreshToken: held.jar.get('sRefreshToken')?.value,
      antiCsrf: held.antiCsrf,
    }),
    copy: () => browser(url, { jar: held.jar.copy(), antiCsrf: held.antiCsrf }),
  };
}
