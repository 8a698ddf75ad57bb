import type { JsonText } from './raw-json.js';
import { endOfLiteral, endOfString, isWhitespace } from './scan.js';

/**
 * Deep equality of two JSON texts: member order does not matter, array order does, and numbers are compared by value
 * and in all their digits, so 1, 1.0 and 1e0 are equal and integers beyond 2^53 stay apart (20-session.md 8.2).
 */
export function sameJson(a: JsonText, b: JsonText): boolean {
  return a === b || canonical(a) === canonical(b);
}

interface ObjectFrame {
  readonly kind: 'object';
  readonly members: Map<string, string>;
  name: string | undefined;
}

interface ArrayFrame {
  readonly kind: 'array';
  content: string;
}

type Frame = ObjectFrame | ArrayFrame;

/** One spelling per value. The open containers are on an explicit stack, so depth of nesting costs no call stack. */
function canonical(text: JsonText): string {
  const open: Frame[] = [];
  let root = '';
  const deliver = (value: string): void => {
    const frame = open.at(-1);
    if (!frame) root = value;
    else if (frame.kind === 'array') frame.content += frame.content === '' ? value : `,${value}`;
    else if (frame.name !== undefined) {
      frame.members.set(frame.name, value);
      frame.name = undefined;
    }
  };
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '{') {
      open.push({ kind: 'object', members: new Map(), name: undefined });
      at++;
    } else if (character === '[') {
      open.push({ kind: 'array', content: '' });
      at++;
    } else if (character === '}' || character === ']') {
      const closed = open.pop();
      if (closed) deliver(closed.kind === 'object' ? canonicalObject(closed) : `[${closed.content}]`);
      at++;
    } else if (character === '"') {
      const end = endOfString(text, at);
      const value = JSON.parse(text.slice(at, end)) as string;
      const frame = open.at(-1);
      if (frame?.kind === 'object' && frame.name === undefined) frame.name = value;
      else deliver(JSON.stringify(value));
      at = end;
    } else if (character === ',' || character === ':' || isWhitespace(text.charCodeAt(at))) {
      at++;
    } else {
      const end = endOfLiteral(text, at);
      deliver(canonicalLiteral(text.slice(at, end)));
      at = end;
    }
  }
  return root;
}

function canonicalObject({ members }: ObjectFrame): string {
  let content = '';
  for (const name of [...members.keys()].sort()) {
    content += `${content === '' ? '' : ','}${JSON.stringify(name)}:${members.get(name)}`;
  }
  return `{${content}}`;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Writes a number as its significant digits and a power of ten; leaves `true`, `false` and `null` alone. */
function canonicalLiteral(literal: string): string {
  const parts = NUMBER.exec(literal);
  if (!parts) return literal;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  let end = digits.length;
  while (digits.charAt(end - 1) === '0') end--;
  const power = BigInt(exponent.replace('+', '')) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign}${digits.slice(0, end)}e${power}`;
}
