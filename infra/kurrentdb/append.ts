import {
  AppendConsistencyViolationError,
  AppendRecordSizeExceededError,
  type KurrentDBClient,
  MaxAppendSizeExceededError,
  STREAM_STATE,
  TransactionMaxSizeExceededError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { checkAppend } from '../event-log/record-rules.js';
import {
  type AppendResult,
  type NewRecord,
  type Position,
  type StreamCheck,
  TooLargeError,
  type Violation,
} from '../ports/event-log.js';
import type { KurrentConnection } from './connection.js';
import { fromStreamState, toEventData, toStreamState } from './events.js';
import type { InFlight } from './in-flight.js';

/** How the port's `append` is made; see there. `findPosition` reads where an event stands. */
export function prepareAppend(
  connection: KurrentConnection,
  inFlight: InFlight,
  findPosition: (stream: string, revision: number) => Promise<Position>,
): (records: readonly NewRecord[], checks: readonly StreamCheck[]) => Promise<AppendResult> {
  return async (records, checks) => {
    checkAppend(records, checks);
    const until = performance.now() + connection.timeout;
    const single = onlyStreamOf(records, checks);
    await inFlight.enter();
    try {
      const written = await connection.call({ repeatable: false, until }, (client) =>
        single === undefined ? toSeveral(client, records, checks) : toOne(client, single, records, checks[0]),
      );
      const position = written.position ?? (await findPosition(...lastOf(records, written.revisions)));
      return { ok: true, position, revisions: written.revisions };
    } catch (error) {
      const violations = violationsIn(error, checks);
      if (violations.length > 0) return { ok: false, violations };
      throw isTooLarge(error) ? new TooLargeError(error.message, { cause: error }) : error;
    } finally {
      inFlight.leave();
    }
  };
}

interface Written {
  readonly position: Position | undefined;
  readonly revisions: ReadonlyMap<string, number>;
}

/** The stream of an append that touches no other; the append for one stream is pipelined and several times faster. */
function onlyStreamOf(records: readonly NewRecord[], checks: readonly StreamCheck[]): string | undefined {
  const stream = records[0]?.stream;
  return [...records, ...checks].every((touched) => touched.stream === stream) ? stream : undefined;
}

async function toOne(
  client: KurrentDBClient,
  stream: string,
  records: readonly NewRecord[],
  check: StreamCheck | undefined,
): Promise<Written> {
  const { position, nextExpectedRevision } = await client.appendToStream(stream, records.map(toEventData), {
    streamState: toStreamState(check?.expected),
    requiresLeader: true,
  });
  return { position: position?.commit, revisions: new Map([[stream, Number(nextExpectedRevision)]]) };
}

async function toSeveral(
  client: KurrentDBClient,
  records: readonly NewRecord[],
  checks: readonly StreamCheck[],
): Promise<Written> {
  const { position, responses } = await client.appendRecords(
    records.map((record) => ({ streamName: record.stream, record: toEventData(record) })),
    checks.map(({ stream, expected }) => ({
      type: STREAM_STATE,
      streamName: stream,
      expectedState: toStreamState(expected),
    })),
  );
  return { position, revisions: new Map(responses.map(({ streamName, revision }) => [streamName, Number(revision)])) };
}

function lastOf(records: readonly NewRecord[], revisions: ReadonlyMap<string, number>): [string, number] {
  const stream = records.at(-1)?.stream ?? '';
  return [stream, revisions.get(stream) ?? 0];
}

/** The checks that an error says were violated, with the state the server found. */
function violationsIn(error: unknown, checks: readonly StreamCheck[]): Violation[] {
  const found =
    error instanceof AppendConsistencyViolationError
      ? error.violations
      : error instanceof WrongExpectedVersionError
        ? [error]
        : [];
  return found.flatMap(({ streamName, actualState }) => {
    const check = checks.find(({ stream }) => stream === streamName);
    return check ? [{ ...check, actual: fromStreamState(actualState) }] : [];
  });
}

function isTooLarge(error: unknown): error is Error {
  return (
    error instanceof MaxAppendSizeExceededError ||
    error instanceof AppendRecordSizeExceededError ||
    error instanceof TransactionMaxSizeExceededError
  );
}
