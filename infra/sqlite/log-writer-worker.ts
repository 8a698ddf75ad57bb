import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { append, textsOf } from './log-append.js';
import { openLogForWriting } from './log-schema.js';
import { type LogTables, prepareLogTables } from './log-tables.js';
import {
  APPEND,
  type BatchAnswer,
  type BatchRequest,
  DONE,
  type FromWriterThread,
  readNumbers,
  type ToWriterThread,
  TRUNCATE,
} from './log-wire.js';

/** What the writer's thread is started with. */
export interface WriterThreadData {
  readonly file: string;
  /** In ms. */
  readonly busyTimeout: number;
}

if (parentPort) {
  const { file, busyTimeout } = workerData as WriterThreadData;
  serve(parentPort, openLogForWriting(file, busyTimeout));
}

function serve(port: NonNullable<typeof parentPort>, db: Database.Database): void {
  const tables = prepareLogTables(db);
  port.on('message', (message: ToWriterThread) => {
    if (message === 'close') {
      db.close();
      port.close();
    } else port.postMessage(execute(db, tables, message) satisfies FromWriterThread);
  });
  port.postMessage('ready' satisfies FromWriterThread);
}

/** Carries out a batch in one transaction, so that one wait for the disk serves all of it. */
function execute(db: Database.Database, tables: LogTables, request: BatchRequest): BatchAnswer {
  let committing = false;
  try {
    db.exec('BEGIN IMMEDIATE');
    tables.refresh();
    const numbers = carryOut(tables, request);
    committing = true;
    db.exec('COMMIT');
    return { numbers };
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    return { failure: error instanceof Error ? error.message : String(error), outcomeUnknown: committing };
  }
}

function carryOut(tables: LogTables, { numbers, texts, size, recordedAt }: BatchRequest): number[] {
  const answer: number[] = [];
  const input = readNumbers(numbers);
  let start = 0;
  for (let done = 0; done < size; done++) {
    const kind = input.next();
    if (kind === APPEND) {
      const records = input.next();
      const expected = Array.from({ length: input.next() }, input.next);
      const operation = { texts, start, records, expected };
      append(tables, operation, recordedAt, answer);
      start += textsOf(operation);
    } else {
      const stream = tables.stream(texts[start++] ?? '');
      if (kind === TRUNCATE) {
        const before = input.next();
        if (stream) tables.truncate(stream, before);
      } else if (stream) tables.delete(stream);
      answer.push(DONE);
    }
  }
  return answer;
}
