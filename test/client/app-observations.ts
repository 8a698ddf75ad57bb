import { Router } from 'express';
import type { NetworkInterceptor } from 'supertokens-node/types';

/** One call of the SDK to Annals. */
export interface CdiCallSeen {
  readonly method: string;
  readonly path: string;
}

/** A mail or a text message of the app. */
export interface AppMessage {
  readonly type: 'PASSWORD_RESET' | 'EMAIL_VERIFICATION' | 'PASSWORDLESS_LOGIN';
  readonly passwordResetLink?: string;
  readonly emailVerifyLink?: string;
  readonly urlWithLinkCode?: string;
  readonly userInputCode?: string;
}

interface Recipient {
  readonly user?: { readonly email: string };
  readonly email?: string;
  readonly phoneNumber?: string;
}

/** What a test wants to know of the app but no user of it could see: its calls to Annals, and what it sent to users. */
export interface AppObservations {
  readonly interceptor: NetworkInterceptor;
  /** The delivery of every recipe that sends something. */
  deliver(message: AppMessage & Recipient): Promise<void>;
  /** The calls since the last time it was asked. */
  takeCalls(): readonly CdiCallSeen[];
  /** The last message of a type to an email address or a phone number. */
  lastMessage(type: string, to: string): AppMessage | undefined;
}

export function appObservations(): AppObservations {
  let calls: CdiCallSeen[] = [];
  const messages = new Map<string, AppMessage>();
  return {
    interceptor(request) {
      calls.push({ method: request.method.toUpperCase(), path: new URL(request.url).pathname });
      return request;
    },
    async deliver({ type, user, email, phoneNumber, ...rest }) {
      const { passwordResetLink, emailVerifyLink, urlWithLinkCode, userInputCode } = rest;
      const sent = { passwordResetLink, emailVerifyLink, urlWithLinkCode, userInputCode };
      const present = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
      messages.set(`${type} ${user?.email ?? email ?? phoneNumber}`, { type, ...present });
    },
    takeCalls() {
      const taken = calls;
      calls = [];
      return taken;
    },
    lastMessage: (type, to) => messages.get(`${type} ${to}`),
  };
}

/** Shows the observations to the test. */
export function observationRoutes(observations: AppObservations): Router {
  const router = Router();
  router.get('/observed/calls', (_request, response) => {
    response.json({ calls: observations.takeCalls() });
  });
  router.get('/observed/message', (request, response) => {
    response.json({ message: observations.lastMessage(String(request.query.type), String(request.query.to)) });
  });
  return router;
}
