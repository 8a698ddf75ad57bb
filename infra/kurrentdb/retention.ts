import { jsonEvent, WrongExpectedVersionError } from '@kurrent/kurrentdb-client';
import type { EventLog } from '../ports/event-log.js';
import type { KurrentConnection } from './connection.js';
import { toStreamState } from './events.js';
import type { InFlight } from './in-flight.js';
import { type KurrentReader, metadataStreamOf, TRUNCATE_BEFORE } from './read.js';

const MAX_ATTEMPTS = 8;

/** The port's `truncate` and `delete`: by the stream's metadata, and as a soft delete. */
export function kurrentRetention(
  connection: KurrentConnection,
  reader: KurrentReader,
  inFlight: InFlight,
): Pick<EventLog, 'truncate' | 'delete'> {
  const repeatable = { repeatable: true };
  return {
    async truncate(stream, before) {
      for (let attempt = 1; ; attempt++) {
        const { revision, content } = await reader.streamMetadata(stream);
        const last = await reader.streamState(stream);
        if (last === 'no-stream') return;
        const truncateBefore = Math.min(before, last + 1);
        if (Number(content[TRUNCATE_BEFORE] ?? 0) >= truncateBefore) return;
        const news = jsonEvent({ type: '$metadata', data: { ...content, [TRUNCATE_BEFORE]: truncateBefore } });
        await inFlight.enter();
        try {
          await connection.call(repeatable, (client) =>
            client.appendToStream(metadataStreamOf(stream), news, {
              streamState: toStreamState(revision),
              requiresLeader: true,
            }),
          );
          return;
        } catch (error) {
          if (!(error instanceof WrongExpectedVersionError) || attempt === MAX_ATTEMPTS) throw error;
        } finally {
          inFlight.leave();
        }
      }
    },
    async delete(stream) {
      if ((await reader.streamState(stream)) === 'no-stream') return;
      await connection.call(repeatable, (client) => client.deleteStream(stream, { requiresLeader: true }));
    },
  };
}
