import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of a program in PATH.
 *
 * @param file what it is called
 * @param what is needed, for the error
 * @param debianPackage that brings it
 * @throws if it is not there, with what to install
 */
export function installedProgram(file: string, what: string, debianPackage: string): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, file);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  throw new Error(
    `${what} is needed: ${file} is not in PATH. Install it, for example with: apt-get install ${debianPackage}`,
  );
}
