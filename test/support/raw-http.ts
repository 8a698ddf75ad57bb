import { once } from 'node:events';
import { request } from 'node:http';
import type { CdiAnswer, CdiCall, CdiClient } from './cdi.js';

/**
 * A client whose requests name a host of their own, which fetch does not allow: that is how a connection URI domain is
 * addressed (00-conventions.md 3).
 *
 * @param url of the service, without a trailing slash
 */
export function hostedClient(url: string, host: string): CdiClient {
  async function call(method: string, path: string, options: CdiCall = {}): Promise<CdiAnswer> {
    const { body, cdi, headers = {} } = options;
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const sent = request(`${url}${path}`, {
      method,
      headers: {
        host,
        ...(payload === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...(cdi === undefined ? {} : { 'cdi-version': cdi }),
        ...headers,
      },
    });
    sent.end(payload);
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    const answered = new Headers(response.headers);
    const isJson = answered.get('content-type')?.startsWith('application/json') ?? false;
    return { status: response.statusCode, headers: answered, text, json: isJson ? JSON.parse(text) : undefined };
  }
  const withCdi = (cdi: string | undefined) => (cdi === undefined ? {} : { cdi });
  return {
    call,
    get: (path, cdi) => call('GET', path, withCdi(cdi)),
    post: (path, body, cdi) => call('POST', path, { body, ...withCdi(cdi) }),
    put: (path, body, cdi) => call('PUT', path, { body, ...withCdi(cdi) }),
    at: (prefix) => hostedClient(`${url}${prefix}`, host),
  };
}
