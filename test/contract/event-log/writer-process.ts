/* A process that writes to a log and tells its parent of each append that was acknowledged, until it is killed or done. */
import { BEGINNING } from '../../../infra/ports/event-log.js';
import { openSqliteEventLog } from '../../../infra/sqlite/event-log.js';
import { freshStream, record, written } from './fixture.js';

const [file = '', category = '', appends = '0'] = process.argv.slice(2);
const log = await openSqliteEventLog({ file });
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
if ((await log.head()) === BEGINNING && Number(appends) > 0) throw new Error('Nothing was written');
await log.close();
process.disconnect();
