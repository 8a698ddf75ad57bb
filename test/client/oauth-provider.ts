import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { CLIENT_ID, CLIENT_SECRET } from './oauth-client.js';
import { consentPages } from './oauth-consent.js';

/** Somebody with an account at the provider. */
export interface ProviderAccount {
  readonly id: string;
  readonly email: string;
  readonly isVerified: boolean;
}

/** Where the app asks a provider to send a user back to, unless it has a website. */
export const CALLBACK = 'http://127.0.0.1:3000/auth/callback/house';

/** A provider that users sign in with by the authorisation code flow with PKCE (OpenID Connect Core 3.1, RFC 7636). */
export interface OAuthProvider {
  readonly url: string;
  /** Somebody consents at an authorisation URL; answers the code that goes back to the app. Fails if the URL is amiss. */
  authorise(authorisationUrl: string, account: ProviderAccount): string;
}

const KEY_ID = 'house-key';
const ID_TOKEN_LIFETIME_S = 300;

interface Grant {
  readonly account: ProviderAccount;
  readonly codeChallenge: string;
}

/**
 * Starts a provider before the cases of the enclosing `describe`, and stops it after. Where it sends users back to is
 * asked when it is first needed.
 */
export function runningProvider(callback: () => string = () => CALLBACK): OAuthProvider {
  const grants = new Map<string, Grant>();
  let server: Server | undefined;
  let url = '';

  before(async () => {
    server = createServer(endpoints(grants, callback).use(consentPages(authorise)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server?.closeAllConnections();
    server?.close();
  });

  function authorise(authorisationUrl: string, account: ProviderAccount): string {
    const { origin, pathname, searchParams: query } = new URL(authorisationUrl);
    const asked = [origin, pathname, ...['response_type', 'client_id', 'redirect_uri'].map((name) => query.get(name))];
    const expected = [url, '/authorize', 'code', CLIENT_ID, callback()];
    const codeChallenge = query.get('code_challenge');
    if (asked.join() !== expected.join() || codeChallenge === null)
      throw new Error(`not an authorisation URL of the app: ${authorisationUrl}`);
    const code = randomUUID();
    grants.set(code, { account, codeChallenge });
    return code;
  }

  return {
    get url() {
      return url;
    },
    authorise,
  };
}

function endpoints(grants: Map<string, Grant>, callback: () => string): Express {
  const accounts = new Map<string, ProviderAccount>();
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app = express();
  app.get('/jwks', (_request, response) => {
    response.json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] });
  });
  app.post('/token', express.urlencoded({ extended: false }), (request, response) => {
    const { code, code_verifier: verifier, client_id: id, client_secret: secret, redirect_uri: uri } = request.body;
    const grant = grants.get(code);
    grants.delete(code);
    const isClient = id === CLIENT_ID && secret === CLIENT_SECRET && uri === callback();
    const challenge = createHash('sha256').update(String(verifier)).digest('base64url');
    if (!isClient || grant?.codeChallenge !== challenge) {
      response.status(400).json({ error: 'invalid_grant' });
      return;
    }
    const accessToken = randomUUID();
    accounts.set(accessToken, grant.account);
    const claims = { ...claimsOf(grant.account), iss: `http://${request.headers.host}`, aud: CLIENT_ID };
    response.json({ access_token: accessToken, token_type: 'Bearer', id_token: idToken(claims, privateKey) });
  });
  app.get('/userinfo', (request, response) => {
    const account = accounts.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    if (!account) {
      response.status(401).json({ error: 'invalid_token' });
      return;
    }
    response.json(claimsOf(account));
  });
  return app;
}

function claimsOf({ id, email, isVerified }: ProviderAccount): object {
  return { sub: id, email, email_verified: isVerified };
}

function idToken(claims: object, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: 'RS256', typ: 'JWT', kid: KEY_ID },
    { ...claims, iat: now, exp: now + ID_TOKEN_LIFETIME_S },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}
