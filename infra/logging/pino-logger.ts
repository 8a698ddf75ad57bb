import { destination, type Logger as PinoLogger, pino } from 'pino';
import type { Logger } from '../ports/logger.js';

export interface LoggerOptions {
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'NONE';
  /** File for debug and info lines; standard output if there is none. */
  readonly infoFile?: string | undefined;
  /** File for warnings and errors; standard error if there is none. */
  readonly errorFile?: string | undefined;
}

/** A logger whose lines may still be in memory. */
export interface BufferedLogger extends Logger {
  /** Writes everything out, at once. */
  flush(): void;
}

const STDOUT = 1;
const STDERR = 2;
const SECRET_FIELDS = ['password', 'token', 'email', 'apiKey', 'authorization'];

/**
 * JSON lines for machines (00-conventions.md 17). Only what callers put into the fields is written, and known secrets'
 * names are masked.
 */
export function pinoLogger({ level, infoFile, errorFile }: LoggerOptions): BufferedLogger {
  const streams = [infoFile ?? STDOUT, errorFile ?? STDERR].map((dest) =>
    destination({ dest, sync: false, mkdir: true }),
  );
  const [info, error] = streams.map((stream) => linesTo(stream, level)) as [PinoLogger, PinoLogger];
  return {
    debug: (fields, message) => info.debug(fields, message),
    info: (fields, message) => info.info(fields, message),
    warn: (fields, message) => error.warn(fields, message),
    error: (fields, message) => error.error(fields, message),
    flush() {
      for (const stream of streams) {
        try {
          stream.flushSync();
        } catch {
          // The stream was never opened: nothing was logged.
        }
      }
    },
  };
}

function linesTo(stream: ReturnType<typeof destination>, level: LoggerOptions['level']): PinoLogger {
  return pino(
    {
      level: level === 'NONE' ? 'silent' : level.toLowerCase(),
      base: { service: 'annals', pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    stream,
  );
}
