import { destination, pino } from 'pino';
import type { Logger } from '../ports/logger.js';

export interface LoggerOptions {
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'NONE';
  /** A file, or undefined for stdout. */
  readonly file?: string;
}

/** JSON lines for machines. Only what callers put into the fields is written, and known secrets' names are masked. */
export function pinoLogger({ level, file }: LoggerOptions): Logger & { flush(): void } {
  const stream = destination({ dest: file ?? 1, sync: false, mkdir: true });
  const logger = pino(
    {
      level: level === 'NONE' ? 'silent' : level.toLowerCase(),
      base: { service: 'annals', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'password',
          'token',
          'email',
          'apiKey',
          'authorization',
          '*.password',
          '*.token',
          '*.email',
          '*.apiKey',
        ],
        censor: '[redacted]',
      },
    },
    stream,
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush: () => {
      try {
        stream.flushSync();
      } catch {
        // The stream was never opened: nothing was logged.
      }
    },
  };
}
