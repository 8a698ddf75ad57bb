import { Router } from 'express';
import type { NetworkInterceptor } from 'supertokens-node/types';

/** One call of the SDK to Annals. */
export interface CdiCallSeen {
  readonly method: string;
  readonly path: string;
}

interface ResetMail {
  readonly user: { readonly email: string };
  readonly passwordResetLink: string;
}

/** What a test wants to know of the app but no user of it could see: its calls to Annals, and the mails it sent. */
export interface AppObservations {
  readonly interceptor: NetworkInterceptor;
  sendEmail(mail: ResetMail): Promise<void>;
  /** The calls since the last time it was asked. */
  takeCalls(): readonly CdiCallSeen[];
  /** The link in the last password-reset mail to an address. */
  resetLink(email: string): string | undefined;
}

export function appObservations(): AppObservations {
  let calls: CdiCallSeen[] = [];
  const resetLinks = new Map<string, string>();
  return {
    interceptor(request) {
      calls.push({ method: request.method.toUpperCase(), path: new URL(request.url).pathname });
      return request;
    },
    async sendEmail({ user, passwordResetLink }) {
      resetLinks.set(user.email, passwordResetLink);
    },
    takeCalls() {
      const taken = calls;
      calls = [];
      return taken;
    },
    resetLink: (email) => resetLinks.get(email),
  };
}

/** Shows the observations to the test. */
export function observationRoutes(observations: AppObservations): Router {
  const router = Router();
  router.get('/observed/calls', (_request, response) => {
    response.json({ calls: observations.takeCalls() });
  });
  router.get('/observed/reset-link', (request, response) => {
    response.json({ link: observations.resetLink(String(request.query.email)) });
  });
  return router;
}
