import { type Browser, chromium } from 'playwright-core';
import { installedProgram } from '../support/installed-program.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Nothing but this machine: neither pages nor the browser itself find any other.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/**
 * Starts Chromium without a window, on a fresh profile.
 *
 * @throws if it is not installed, with what to install
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = installedProgram('chromium', 'Chromium', 'chromium');
  return await chromium.launch({ executablePath, args: FLAGS });
}
