import { isAbsolute } from 'node:path';

/** The command line of the server (00-conventions.md 15). */
export interface ServerArguments {
  readonly installDir?: string;
  /** Absolute path. */
  readonly configFile?: string;
  /** Text of `port=`; read as the option of that name. */
  readonly port?: string;
  /** Text of `host=`. */
  readonly host?: string;
  /** Absolute path of the directory that holds `.started/`, instead of the installation directory. */
  readonly tempDirLocation?: string;
  /** The caller wants a start without a lasting store to fail. */
  readonly forceNoInMemDB: boolean;
  /** The bare argument `test_mode` was there. */
  readonly testMode: boolean;
}

export type ParsedServerArguments =
  | { readonly status: 'OK'; readonly args: ServerArguments }
  | { readonly status: 'INVALID'; readonly message: string };

/**
 * Reads `<installation dir> [configFile=<abs path>] [port=] [host=] [tempDirLocation=<abs path>]
 * [forceNoInMemDB=true] [test_mode]`. Only the first argument can be the directory; other unknown ones are ignored, as
 * SDK suites pass a bare `DEV`. Of a repeated argument the last one counts, an empty value counts as absent.
 */
export function parseServerArguments(argv: readonly string[]): ParsedServerArguments {
  const [first, ...rest] = argv;
  const hasDirectory = first !== undefined && first !== 'test_mode' && !first.includes('=');
  const named = new Map<string, string>();
  for (const argument of hasDirectory ? rest : argv) {
    const equals = argument.indexOf('=');
    if (equals > 0 && equals < argument.length - 1) named.set(argument.slice(0, equals), argument.slice(equals + 1));
  }
  for (const name of ['configFile', 'tempDirLocation']) {
    const path = named.get(name);
    if (path !== undefined && !isAbsolute(path)) {
      return { status: 'INVALID', message: `${name} argument has to be an absolute path, but is: ${path}` };
    }
  }
  const given = ['configFile', 'port', 'host', 'tempDirLocation'].flatMap((name) => {
    const value = named.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    status: 'OK',
    args: {
      ...(hasDirectory ? { installDir: first } : {}),
      ...Object.fromEntries(given),
      forceNoInMemDB: named.get('forceNoInMemDB')?.toLowerCase() === 'true',
      testMode: argv.includes('test_mode'),
    },
  };
}
