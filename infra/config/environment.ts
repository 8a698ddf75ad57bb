import { type ConfigDraft, coreOptionEntries, environmentName } from '../../domain/config/options.js';
import { type ReadOptions, readOptions } from '../../domain/config/parse-option.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const escapes: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\t': '\t',
  '\\r': '\r',
  '\\"': '"',
  "\\'": "'",
  '\\\\': '\\',
};

/** Takes the double quotes around a value off and resolves the escapes between them; other values stay as they are. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\[ntr"'\\]/g, (sequence) => escapes[sequence] ?? sequence);
}

/**
 * Lays environment variables over a draft (00-conventions.md 14.1): empty ones are ignored, booleans are false unless
 * they say `true`, a number that is none is an error that names its variable.
 */
export function readEnvironment(start: ConfigDraft, env: Environment): ReadOptions {
  let draft = start;
  for (const [name, option] of coreOptionEntries) {
    const variable = environmentName(name);
    const text = variable === undefined ? undefined : env[variable];
    if (!text) continue;
    const value = unquote(text);
    const raw = option.type === 'boolean' ? value.trim().toLowerCase() === 'true' : value;
    const read = readOptions(draft, [[name, raw]]);
    if (read.status !== 'OK') return { ...read, message: `${read.message} (environment variable ${variable})` };
    draft = read.draft;
  }
  return { status: 'OK', draft };
}
