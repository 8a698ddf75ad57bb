import type { Logger } from '../../infra/ports/logger.js';

/** Takes log lines and forgets them. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
