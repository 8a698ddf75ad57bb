import { checkRevision, checkStreamName } from '../event-log/record-rules.js';
import type { EventLog } from '../ports/event-log.js';
import { prepareAppend } from './append.js';
import { kurrentConnection } from './connection.js';
import { checkConnectionString } from './connection-string.js';
import { limitInFlight } from './in-flight.js';
import { kurrentReader } from './read.js';
import { kurrentRetention } from './retention.js';
import { requireServer } from './server-version.js';
import { followLog } from './subscription.js';

export interface KurrentEventLogOptions {
  /** The connection string, such as `kurrentdb://user:password@node1:2113,node2:2113?tls=true`. */
  readonly url: string;
  /** How long a call may take before it is given up, in ms (5,000). */
  readonly timeout?: number;
  /** How many appends may be under way at the same time (15). */
  readonly inFlight?: number;
  /** Told why a subscription dropped, before it resumes. */
  readonly onDrop?: (cause: unknown) => void;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
}

/**
 * The client's stream of pipelined appends takes 16 before its writes wait; if it breaks while one waits, the client
 * rejects a promise that nobody holds, which ends the process.
 */
const MAX_PIPELINED = 15;

/**
 * Opens the event log in KurrentDB 26.0.3 or newer. Several processes may have it open and write to it.
 *
 * @throws StoreUnavailableError if no server answers; UnsupportedServerError if it is too old
 */
export async function openKurrentEventLog(options: KurrentEventLogOptions): Promise<EventLog> {
  const { url, timeout = 5_000, inFlight = MAX_PIPELINED, onDrop = () => undefined, random = Math.random } = options;
  if (inFlight > MAX_PIPELINED) throw new Error(`At most ${MAX_PIPELINED} appends can be under way`);
  checkConnectionString(url);
  const connection = kurrentConnection({ url, timeout, random });
  const reader = kurrentReader(connection);
  const appending = limitInFlight(inFlight);
  const retention = kurrentRetention(connection, reader, appending);
  const closing = new AbortController();
  const appends = new Set<Promise<unknown>>();
  const append = prepareAppend(connection, appending, reader.findPosition);
  try {
    await requireServer(connection);
    await reader.head();
  } catch (error) {
    await connection.close();
    throw error;
  }

  return {
    async append(records, checks) {
      if (closing.signal.aborted) throw new Error('The event log is closed');
      const appended = append(records, checks);
      const settled = appended.catch(() => undefined).finally(() => appends.delete(settled));
      appends.add(settled);
      return appended;
    },
    async readStream(stream, range) {
      checkStreamName(stream);
      return reader.readStream(stream, range);
    },
    async streamState(stream) {
      checkStreamName(stream);
      return reader.streamState(stream);
    },
    readAll: reader.readAll,
    head: reader.head,
    subscribe: ({ signal, ...rest }) =>
      followLog(connection, { ...rest, signal: AbortSignal.any([signal, closing.signal]), random, onDrop }),
    async truncate(stream, before) {
      checkStreamName(stream);
      checkRevision(before);
      await retention.truncate(stream, before);
    },
    async delete(stream) {
      checkStreamName(stream);
      await retention.delete(stream);
    },
    async close() {
      closing.abort();
      await Promise.all(appends);
      await connection.close();
    },
  };
}
