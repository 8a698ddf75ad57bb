/* A process that writes to a log and tells its parent of each append that was acknowledged, until it is killed or done. */
import { openPostgresEventLog } from '../../../infra/postgres/event-log.js';
import { freshStream, record, written } from './fixture.js';

const [url = '', category = '', appends = '0'] = process.argv.slice(2);
const log = await openPostgresEventLog({ url });
let left = Number(appends);

async function write(): Promise<void> {
  const stream = freshStream(category);
  while (left-- > 0) {
    const event = record(stream);
    await written(log, [event]);
    process.send?.(event.id);
  }
}

await Promise.all(Array.from({ length: 8 }, write));
await log.close();
process.disconnect();
