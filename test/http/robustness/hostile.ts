import fc from 'fast-check';
import { z } from 'zod';
import { CDI_VERSIONS } from '../../../domain/config/cdi-versions.js';
import { type Endpoint, type Shape, shapeFor } from '../../../gateway/endpoint.js';
import { endpoints } from '../../../gateway/endpoints.js';

/** A request that may be anything. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

/** Words that stand for things that exist, such as a user's id: to be replaced by them before a request is sent. */
export const KNOWN = ['KNOWNUSER', 'KNOWNHANDLE', 'KNOWNACCESSTOKEN', 'KNOWNREFRESHTOKEN'] as const;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PATCH'];
const LONG = 'x'.repeat(10_000);
const DEPTH = 20_000;

const strings = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...KNOWN, 'ann@hostile.test') },
  fc.constantFrom(
    ...['', ' ', '\u0000', 'a\u0000b', '\ud800', 'x\udc00y', '\uffff', '\u202e', '😀', 'ß', 'İ'],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'],
    ...['public', 't1', 'a1', 'ghost', 'appid-a1', 'recipe', 'null', 'true', '-1', '1e400', 'NaN', '9'.repeat(40)],
    ...[LONG, `${LONG}@example.org`, '@', 'a@b', 'ann@hostile.test', '+15551234567', '../..', '%', '%00', '%2f', '\n'],
    ...["' OR 1=1 --", '{{7*7}}', '$2a$04$', '$argon2id$v=19$m=9999999999,t=1,p=1$a$b', 'a.b.c', '[', '(a+)+$'],
    ...[
      'https://example.org',
      'javascript:1',
      'user',
      'admin',
      'emailpassword',
      'thirdparty',
      '0',
      '9223372036854775808',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** JSON text of numbers that are easily beyond a range. */
const numberTexts = fc.oneof(
  fc.constantFrom('0', '-0', '1', '-1', '1e400', '-1e400', '1e-400', '2147483648', '9007199254740993', '1.5'),
  fc.constantFrom('9223372036854775807', '-9223372036854775809', '1e20', `1${'0'.repeat(500)}`),
  fc.integer().map(String),
);

const nestedTexts = fc.constantFrom(
  `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
  `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
  '{"__proto__":{"x":1},"constructor":null,"toString":1}',
  '{"a":1,"a":null,"":{},"\\u0000":"\\ud800"}',
);

/** JSON text of any value. */
const valueTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: strings.map((text) => JSON.stringify(text)) },
  { weight: 3, arbitrary: numberTexts },
  { weight: 3, arbitrary: fc.constantFrom('null', 'true', 'false', '[]', '{}', '[[]]', '[{}]', '[null]') },
  { weight: 1, arbitrary: nestedTexts },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
);

interface FieldSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly anyOf?: readonly FieldSchema[];
}

/** JSON text that a field of this schema may accept. */
function fittingTexts(schema: FieldSchema): fc.Arbitrary<string> {
  if (schema.enum) return fc.constantFrom(...schema.enum).map((value) => JSON.stringify(value));
  if (schema.anyOf && schema.anyOf.length > 0) return fc.oneof(...schema.anyOf.map(fittingTexts));
  switch (schema.type) {
    case 'string':
      return strings.map((text) => JSON.stringify(text));
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'number':
    case 'integer':
      return numberTexts;
    case 'array':
      return fc.array(fittingTexts(schema.items ?? {}), { maxLength: 3 }).map((texts) => `[${texts.join(',')}]`);
    case 'object':
      return objectTexts(schema);
    default:
      return fc.oneof(fc.constantFrom('{}', '{"a":1}', '["a"]'), valueTexts);
  }
}

/** JSON text of an object of these properties, most of which fit. */
function objectTexts({ properties = {} }: FieldSchema): fc.Arbitrary<string> {
  const members = Object.entries(properties).map(([name, schema]) =>
    fc.oneof(
      { weight: 12, arbitrary: fittingTexts(schema).map((text) => [`${JSON.stringify(name)}:${text}`]) },
      { weight: 2, arbitrary: valueTexts.map((text) => [`${JSON.stringify(name)}:${text}`]) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
  );
  return fc.tuple(...members).map((all) => `{${all.flat().join(',')}}`);
}

const schemaOf = (shape: Shape, version: (typeof CDI_VERSIONS)[number]): FieldSchema =>
  z.toJSONSchema(shapeFor(shape, version), { io: 'input', unrepresentable: 'any' }) as FieldSchema;

const malformedBodies: fc.Arbitrary<string | Buffer | undefined> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '[]',
    '"x"',
    'null',
    '{"a":}',
    "{'a':1}",
    '\uFEFF{}',
    '[['.repeat(DEPTH),
    '{"a":'.repeat(DEPTH),
  ),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from('{"email":"\xe9"}', 'latin1')),
  valueTexts,
  fc.constant(undefined),
);

function bodies(endpoint: Endpoint, version: (typeof CDI_VERSIONS)[number]): fc.Arbitrary<string | Buffer | undefined> {
  if (!endpoint.body) return malformedBodies;
  return fc.oneof(
    { weight: 8, arbitrary: objectTexts(schemaOf(endpoint.body, version)) },
    { weight: 1, arbitrary: malformedBodies },
  );
}

const escaped = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
};

const rawQueries = fc.constantFrom(
  '?',
  '?%',
  '?a=%ff&b=%',
  '?=&&=',
  `?${'a=1&'.repeat(2_000)}`,
  '?__proto__=1',
  '?a[]=1',
);

function queries(endpoint: Endpoint, version: (typeof CDI_VERSIONS)[number]): fc.Arbitrary<string> {
  if (!endpoint.query) return fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: rawQueries });
  const names = Object.keys(schemaOf(endpoint.query, version).properties ?? {});
  const values = fc.oneof(strings, numberTexts, fc.constantFrom('true', 'false', 'ASC', 'DESC', 'email,phone', ','));
  const parameter = (name: string) =>
    fc.oneof(
      { weight: 3, arbitrary: values.map((value) => [`${name}=${escaped(value)}`]) },
      { weight: 2, arbitrary: fc.constant([]) },
    );
  const fitting = fc.tuple(...names.map(parameter)).map((all) => `?${all.flat().join('&')}`);
  return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: rawQueries });
}

const prefixes = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('', '', '', '/public', '/t1', '/appid-a1', '/appid-a1/t1', '/appid-public/T1'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        '/ghost',
        '/appid-ghost',
        '/appid-',
        '/__proto__',
        '/constructor',
        '/appid-constructor',
        '/t_1',
        '/%ff',
        '//',
      ],
      ...[`/${LONG}`, `/appid-${LONG}`, '/appid-a1/appid-a1', '/..', '/%2e%2e', '/t1%2f', '/%00', '/%C4%B0'],
    ),
  },
);

const headerValue = fc.string({
  unit: fc.integer({ min: 0x21, max: 0xfe }).map((code) => (code === 0x7f ? 'x' : String.fromCharCode(code))),
  maxLength: 20,
});

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        'cdi-version': fc.oneof(fc.constantFrom('5.4.0', '', '99999999999', '1..0', '4.5', '3', '-1'), headerValue),
        rid: fc.oneof(fc.constantFrom('thirdparty', 'passwordless', '__proto__'), headerValue),
        'api-key': headerValue,
        authorization: fc.oneof(fc.constantFrom('Bearer', 'Bearer  ', 'Basic a:b'), headerValue),
        host: fc.constantFrom('', 'a.b:0', 'x'.repeat(300), '[::1]:1', '-', 'constructor'),
        'content-type': fc.constantFrom('text/plain', 'application/json; charset=latin1', 'multipart/form-data'),
        traceparent: fc.oneof(fc.constantFrom('00-0-0-0', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`), headerValue),
        cookie: fc.constantFrom('a=b', LONG),
        'x-forwarded-for': headerValue,
      },
      { requiredKeys: [] },
    ),
  },
);

/** A request to a known route that has much, but not all, of what the route wants. */
const knownRoutes: fc.Arbitrary<HostileRequest> = fc
  .tuple(fc.constantFrom(...endpoints), fc.constantFrom(...CDI_VERSIONS))
  .chain(([endpoint, version]) =>
    fc.record({
      method: fc.oneof(
        { weight: 15, arbitrary: fc.constant<string>(endpoint.method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      path: fc
        .tuple(prefixes, fc.constantFrom('', '', '', '/', '/extra'), queries(endpoint, version))
        .map(([prefix, suffix, query]) => `${prefix}${endpoint.path}${suffix}${query}`),
      headers: oddHeaders.map(
        (odd): Record<string, string> => ({
          'cdi-version': version,
          ...(endpoint.rid === undefined ? {} : { rid: endpoint.rid }),
          ...odd,
        }),
      ),
      body: endpoint.method === 'GET' ? fc.constant(undefined) : bodies(endpoint, version),
    }),
  );

const unknownRoutes: fc.Arbitrary<HostileRequest> = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc
    .tuple(prefixes, fc.array(strings.map(escaped), { maxLength: 4 }), rawQueries)
    .map(([prefix, segments, query]) => `${prefix}/${segments.join('/')}${query}`.slice(0, 20_000)),
  headers: oddHeaders,
  body: malformedBodies,
});

/** Requests of every kind. */
export const hostileRequests: fc.Arbitrary<HostileRequest> = fc.oneof(
  { weight: 9, arbitrary: knownRoutes },
  { weight: 1, arbitrary: unknownRoutes },
);
