import express, { Router } from 'express';
import type { OAuthProvider } from './oauth-provider.js';

const PAGE = `<!doctype html>
<title>House</title>
<h1>House</h1>
<form method="post">
  <label>Your email <input name="email" type="email"></label>
  <button>Allow</button>
</form>`;

/** The page of a provider where somebody says who they are and consents, and is sent back to the app. */
export function consentPages(authorise: OAuthProvider['authorise']): Router {
  const router = Router();
  router.get('/authorize', (_request, response) => {
    response.type('html').send(PAGE);
  });
  router.post('/authorize', express.urlencoded({ extended: false }), (request, response) => {
    const asked = new URL(request.originalUrl, `http://${request.headers.host}`);
    const email = String(request.body.email);
    const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', authorise(asked.href, { id: email, email, isVerified: true }));
    back.searchParams.set('state', asked.searchParams.get('state') ?? '');
    response.redirect(303, back.href);
  });
  return router;
}
