import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILE = 'master.key';

/**
 * The master key of the embedded default: read from `<dataDir>/master.key`, made there with mode 0600 at first start.
 *
 * @returns 32 bytes
 * @throws Error naming the file when it is readable by others or does not hold a key
 */
export function masterKeyFromFile(dataDir: string): Buffer {
  const path = join(dataDir, FILE);
  const made = createExclusively(path);
  if (made) return made;
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Error(`${path} can be read by other users of this machine. Run: chmod 600 ${path}`);
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (key.length !== 32)
    throw new Error(`${path} does not hold a master key (64 hexadecimal digits). Restore it from a backup.`);
  return key;
}

function createExclusively(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  const key = randomBytes(32);
  writeSync(file, `${key.toString('hex')}\n`);
  fsyncSync(file);
  closeSync(file);
  const directory = openSync(dirname(path), 'r');
  fsyncSync(directory);
  closeSync(directory);
  return key;
}
