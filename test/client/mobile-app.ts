import { type AppAnswer, type AppRequest, type FrontEnd, send } from './front-end.js';

interface Held {
  accessToken: string | undefined;
  refreshToken: string | undefined;
}

/** A mobile app: tokens come in headers, and go back as bearer tokens. */
export function mobileApp(url: string, held: Held = { accessToken: undefined, refreshToken: undefined }): FrontEnd {
  async function call(
    method: string,
    path: string,
    bearer: string | undefined,
    { body, headers = {} }: AppRequest = {},
  ): Promise<AppAnswer> {
    const automatic = { 'st-auth-mode': 'header', authorization: bearer === undefined ? bearer : `Bearer ${bearer}` };
    const answer = await send(`${url}${path}`, method, { ...automatic, ...headers }, body);
    held.accessToken = received(answer, 'st-access-token', held.accessToken);
    held.refreshToken = received(answer, 'st-refresh-token', held.refreshToken);
    return answer;
  }

  return {
    request: (method, path, options) => call(method, path, held.accessToken, options),
    refresh: (options) => call('POST', '/auth/session/refresh', held.refreshToken, options),
    tokens: () => ({ ...held, antiCsrf: undefined }),
    copy: () => mobileApp(url, { ...held }),
  };
}

/** The token to keep after an answer: an empty one takes the old one away. */
function received(answer: AppAnswer, header: string, old: string | undefined): string | undefined {
  const token = answer.headers.get(header);
  if (token === null) return old;
  return token === '' ? undefined : token;
}
