import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '../infra/sqlite/directory-lock.js';

export interface DataDirectoryOptions {
  readonly dataDir: string;
  /** Whether any store is a file in it; it is neither made nor locked if none is. */
  readonly holdsStores: boolean;
  /** Nothing needs to be kept: a new temporary directory takes its place, and is removed in the end. */
  readonly isThrowAway: boolean;
}

/** A data directory; if it holds stores, this process alone uses it. */
export interface DataDirectory {
  readonly path: string;
  /** Gives it back; may be called more than once. */
  release(): void;
}

/**
 * Makes and locks the data directory, unless no store is in it.
 *
 * @throws DirectoryInUseError
 */
export function openDataDirectory({ dataDir, holdsStores, isThrowAway }: DataDirectoryOptions): DataDirectory {
  if (!holdsStores) return { path: dataDir, release: () => undefined };
  const path = isThrowAway ? mkdtempSync(join(tmpdir(), 'annals-')) : dataDir;
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(path);
  return {
    path,
    release() {
      unlock();
      if (isThrowAway) rmSync(path, { recursive: true, force: true });
    },
  };
}
