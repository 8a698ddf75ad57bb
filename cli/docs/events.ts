import { z } from 'zod';
import type { AnyEventType } from '../../domain/event.js';

interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
}

/** The event catalogue in Markdown: of every event type its version, its fields, and which of them are personal. */
export function eventReference(catalogue: ReadonlyMap<string, AnyEventType>): string {
  const types = [...catalogue.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '# Events',
    '',
    'Everything that was ever decided is one of these events. Personal fields are sealed under a key of the person that the',
    'event is about; once that key is destroyed they read as the value given here.',
    '',
    ...types.flatMap(section),
  ].join('\n');
}

function section(type: AnyEventType): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(type.schema, { unrepresentable: 'any' }) as {
    readonly properties?: Readonly<Record<string, FieldSchema>>;
    readonly required?: readonly string[];
  };
  const rows = Object.entries(properties).map(([name, schema]) => {
    const kind = typeOf(schema) + (required.includes(name) ? '' : ', optional');
    const personal = type.personal.has(name) ? `personal; erased: \`${JSON.stringify(type.personal.get(name))}\`` : '';
    return `| \`${name}\` | ${kind} | ${personal} |`;
  });
  return [
    `## ${type.name}`,
    '',
    `Version ${type.version}`,
    '',
    '| field | type | |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ];
}

function typeOf({ type, enum: values, const: constant, anyOf, items }: FieldSchema): string {
  if (constant !== undefined) return `\`${JSON.stringify(constant)}\``;
  if (values) return values.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (type === 'array') return `array of ${typeOf(items ?? {})}`;
  return type === undefined ? 'any' : [type].flat().join(' or ');
}
