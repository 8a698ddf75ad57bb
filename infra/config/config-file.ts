import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { canonicalName, coreOptions } from '../../domain/config/options.js';

/** The options in a configuration file in the order of the file, or why it can't be read. */
export type ConfigFile =
  | { readonly status: 'OK'; readonly entries: ReadonlyArray<readonly [string, unknown]> }
  | { readonly status: 'MISSING' }
  | { readonly status: 'UNREADABLE'; readonly message: string };

/**
 * Reads a YAML file whose top level maps option names to values; an empty file has none. Where an option is a text, a
 * number in the file keeps its digits: a version `5.0` does not become `5`.
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    return parseConfigFile(path, await readFile(path, 'utf8'));
  } catch (fault) {
    if (isCode(fault, 'ENOENT')) return { status: 'MISSING' };
    return { status: 'UNREADABLE', message: `The config file ${path} cannot be read: ${String(fault)}` };
  }
}

function parseConfigFile(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    return {
      status: 'UNREADABLE',
      message: `The config file ${path} is not valid YAML: line ${line}, column ${col}: ${problem.message}`,
    };
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return { status: 'OK', entries: [] };
  if (!isMap(contents)) {
    return {
      status: 'UNREADABLE',
      message: `The config file ${path} must consist of lines of the form "option: value"`,
    };
  }
  const entries = contents.items.flatMap(({ key, value }): Array<readonly [string, unknown]> => {
    const name = isScalar(key) ? String(key.value) : undefined;
    return name === undefined ? [] : [[name, readValue(name, value, document)]];
  });
  return { status: 'OK', entries };
}

function readValue(name: string, node: unknown, document: Document): unknown {
  if (!isScalar(node)) return isNode(node) ? node.toJS(document) : null;
  const option = canonicalName(name);
  const isText = option !== undefined && coreOptions[option].type === 'string';
  return isText && typeof node.value === 'number' && node.source !== undefined ? node.source : node.value;
}

function isCode(fault: unknown, code: string): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === code;
}
