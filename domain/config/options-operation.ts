import type { OptionTable } from './option.js';

/** Bulk import, telemetry and logging (00-conventions.md 14.3). */
export const operationOptions = {
  bulk_migration_parallelism: {
    type: 'int',
    default: 1,
    defaultNote: 'number of processors',
    level: 'A',
    dashboard: true,
    description: 'Workers that import queued users side by side.',
  },
  bulk_migration_batch_size: {
    type: 'int',
    default: 8000,
    level: 'A',
    dashboard: true,
    description: 'Queued users taken up in one round of the import.',
  },
  bulk_migration_sleep_between_rounds_in_batch_ms: {
    type: 'int',
    default: 1000,
    nullable: true,
    level: 'A',
    dashboard: true,
    description: 'Pause in milliseconds between two rounds of the import; null for none.',
  },
  disable_telemetry: {
    type: 'boolean',
    default: false,
    level: 'A',
    dashboard: true,
    description: 'Turns the telemetry id off. No usage data leaves the service either way.',
  },
  log_level: {
    type: 'enum',
    default: 'INFO',
    values: ['DEBUG', 'INFO', 'WARN', 'ERROR', 'NONE'],
    level: 'B',
    description: 'Least severe log lines that are written.',
  },
  info_log_path: {
    type: 'string',
    default: null,
    level: 'B',
    description: 'File for debug and info lines; null for standard output.',
  },
  error_log_path: {
    type: 'string',
    default: null,
    level: 'B',
    description: 'File for warnings and errors; null for standard error.',
  },
  otel_collector_connection_uri: {
    type: 'string',
    default: null,
    level: 'B',
    description: 'OTLP collector that logs and spans are sent to.',
  },
  deadlock_logger_enable: {
    type: 'boolean',
    default: false,
    level: 'B',
    description: 'Accepted without effect: there are no database locks to report.',
  },
} as const satisfies OptionTable;
