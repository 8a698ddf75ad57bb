import { browser } from './browser.js';
import type { FrontEnd } from './front-end.js';
import { mobileApp } from './mobile-app.js';

/** A way in which tokens travel between an app and its front ends. */
export interface TransferMethod {
  readonly name: string;
  open(url: string): FrontEnd;
}

export const TRANSFER_METHODS: readonly TransferMethod[] = [
  { name: 'cookies', open: (url) => browser(url) },
  { name: 'headers', open: (url) => mobileApp(url) },
];
