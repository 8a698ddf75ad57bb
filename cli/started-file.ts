import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StartedService {
  /** The directory that holds `.started/`. */
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly basePath: string;
}

/**
 * Tells other programs that a service takes requests: `.started/<host>-<port>` holds its process id and, on the second
 * line, its base path (00-conventions.md 15). The file appears whole.
 *
 * @returns removes it; may be called more than once
 */
export function writeStartedFile({ directory, host, port, pid, basePath }: StartedService): () => void {
  const folder = join(directory, '.started');
  const file = join(folder, `${host}-${port}`);
  // Beside the folder, as programs count the files in it.
  const draft = join(directory, `.started-${host}-${port}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(draft, `${pid}\n${basePath}`);
  renameSync(draft, file);
  return () => rmSync(file, { force: true });
}
