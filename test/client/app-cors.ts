import type { RequestHandler } from 'express';
import { getAllCORSHeaders } from 'supertokens-node';

/** Lets the pages of one other origin call the app with cookies (CORS: Fetch Standard 3.2). Needs an initialised SDK. */
export function allowWebsite(origin: string): RequestHandler {
  const headers = {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': ['content-type', ...getAllCORSHeaders()].join(', '),
    'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  };
  return (request, response, next) => {
    response.set(headers);
    if (request.method === 'OPTIONS') response.status(204).end();
    else next();
  };
}
