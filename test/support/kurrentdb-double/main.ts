/*
 * Runs the double in a process of its own: `node main.js <database file> [<port> <port>]`. It tells its ports in a first line of JSON.
 * Each further line it reads is a command, and each line it writes the answer to one.
 */
import { createInterface } from 'node:readline';
import type { DoubleAnswer, DoubleCommand } from './commands.js';
import { startDouble } from './double.js';
import { noCounts } from './faults.js';

const [file = '', first = '0', second = '0'] = process.argv.slice(2);
const { proxy, faults, counts } = await startDouble(file, [Number(first), Number(second)]);

async function carryOut(command: DoubleCommand): Promise<DoubleAnswer> {
  if (command.resetCounts) Object.assign(counts, noCounts());
  if (command.faults) Object.assign(faults, command.faults);
  if (command.drop) proxy.drop();
  if (command.freeze !== undefined) proxy.freeze(command.freeze);
  if (command.refuseConnections !== undefined) await proxy.refuse(command.refuseConnections);
  return counts;
}

console.log(JSON.stringify({ ports: proxy.ports }));
const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit(0));
for await (const line of lines) console.log(JSON.stringify(await carryOut(JSON.parse(line))));
