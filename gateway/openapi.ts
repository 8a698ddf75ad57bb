import { z } from 'zod';
import { CDI_VERSIONS, type CdiVersion } from '../domain/config/cdi-versions.js';
import { type Endpoint, type Shape, shapeFor } from './endpoint.js';
import { type Operation, operations } from './operations.js';

type Json = Record<string, unknown>;

/** A shape and the CDI versions it holds for. */
interface VersionedSchema {
  readonly schema: Json;
  readonly from: CdiVersion;
  to: CdiVersion;
}

const TEXT_ERROR = { 'text/html;charset=UTF-8': { schema: { type: 'string' } } };

/**
 * The OpenAPI 3.1 document of the service, from the values that are its endpoints. Where several endpoints share a path
 * and a method (told apart by `rid`), or a shape depends on the CDI version, all shapes are listed.
 */
export function openApiDocument(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) paths[operation.path] = { get: operatorOperation(operation) };
  for (const { path, method } of endpoints) {
    if (method.toLowerCase() in (paths[path] ?? {})) continue;
    const variants = endpoints.filter((endpoint) => endpoint.path === path && endpoint.method === method);
    paths[path] = { ...paths[path], [method.toLowerCase()]: cdiOperation(variants) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Annals',
      version: '1',
      description:
        'An event-sourced authentication core that speaks the SuperTokens Core Driver Interface. Business outcomes are ' +
        'answered with 200 and a `status`; errors are plain text. Every body ends with one line feed. The endpoints for operators win over the root ' +
        'routes of tenants named livez, readyz or metrics.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: 'http://localhost:3567', description: 'The public tenant of the public app' },
      {
        url: 'http://localhost:3567/appid-{appId}/{tenantId}',
        description: 'A tenant of an app',
        variables: { appId: { default: 'public' }, tenantId: { default: 'public' } },
      },
    ],
    security: [{ apiKey: [] }, { bearer: [] }, {}],
    tags: [...new Set(['operations', ...endpoints.map(tagOf)])].map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: COMPONENTS,
  };
}

const COMPONENTS: Json = {
  securitySchemes: {
    apiKey: { type: 'apiKey', in: 'header', name: 'api-key' },
    bearer: { type: 'http', scheme: 'bearer', description: 'Carries an API key; only looked at without `api-key`.' },
  },
  parameters: {
    cdiVersion: {
      name: 'cdi-version',
      in: 'header',
      description: 'The version the request is made in. Without it, the newest one that the app offers.',
      schema: { type: 'string', enum: [...CDI_VERSIONS] },
    },
  },
  responses: {
    outcome: {
      description: 'Done, or a business outcome that `status` names.',
      content: { 'application/json;charset=UTF-8': { schema: { type: 'object' } } },
    },
    badRequest: { description: 'Bad input, an unknown tenant or app, or a bad CDI version.', content: TEXT_ERROR },
    unauthorised: { description: 'No accepted API key.', content: TEXT_ERROR },
    forbidden: { description: 'Not allowed from this tenant or address.', content: TEXT_ERROR },
  },
};

function cdiOperation(variants: readonly Endpoint[]): Json {
  const [first] = variants as [Endpoint];
  const hasVariants = variants.length > 1;
  const description = variants.map(({ rid, summary }) => `- rid \`${rid ?? ''}\`: ${summary}`).join('\n');
  const bodies = variants.flatMap((variant) => (variant.body ? schemasOf(variant.body) : []));
  return {
    tags: [tagOf(first)],
    operationId: operationId(first.method, first.path),
    summary: hasVariants ? 'Answered by the recipe that `rid` names, by default the first.' : first.summary,
    ...(hasVariants ? { description } : {}),
    ...(first.keyFree ? { security: [] } : {}),
    parameters: [
      { $ref: '#/components/parameters/cdiVersion' },
      ...(hasVariants ? [ridParameter(variants)] : []),
      ...queryParameters(variants),
    ],
    ...(bodies.length === 0
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: anyOf(bodies) } } } }),
    responses: {
      '200': { $ref: '#/components/responses/outcome' },
      '400': { $ref: '#/components/responses/badRequest' },
      ...(first.keyFree ? {} : { '401': { $ref: '#/components/responses/unauthorised' } }),
      '403': { $ref: '#/components/responses/forbidden' },
    },
  };
}

function operatorOperation(operation: Operation): Json {
  const { failure, needsKey } = operation;
  return {
    tags: ['operations'],
    operationId: operationId('get', operation.path),
    summary: operation.summary,
    servers: [{ url: 'http://localhost:3567' }],
    ...(needsKey ? {} : { security: [] }),
    responses: {
      '200': { description: 'The answer.', content: { [operation.contentType]: {} } },
      ...(needsKey ? { '401': { $ref: '#/components/responses/unauthorised' } } : {}),
      ...(failure ? { [failure.status]: { description: failure.description } } : {}),
    },
  };
}

function ridParameter(variants: readonly Endpoint[]): Json {
  const values = variants.flatMap(({ rid }) => rid ?? []);
  return { name: 'rid', in: 'header', schema: { type: 'string', ...(values.length > 0 ? { enum: values } : {}) } };
}

/** The parameters of all variants and versions; one is required if it is in each of them. */
function queryParameters(variants: readonly Endpoint[]): Json[] {
  const schemas = variants.flatMap(({ query }) => (query ? schemasOf(query) : [{}])) as ObjectSchema[];
  const names = new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [...names].map((name) => ({
    name,
    in: 'query',
    required: schemas.every(({ required = [] }) => required.includes(name)),
    schema: schemas.find(({ properties = {} }) => name in properties)?.properties?.[name] ?? {},
  }));
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
}

function anyOf(schemas: readonly Json[]): Json {
  const [only] = schemas;
  return schemas.length === 1 && only ? only : { anyOf: schemas };
}

/** The JSON Schemas of what may be sent, those of equal versions as one, named by their versions if there are several. */
function schemasOf(shape: Shape): Json[] {
  if (typeof shape !== 'function') return [jsonSchema(shape)];
  const found: VersionedSchema[] = [];
  for (const version of CDI_VERSIONS) {
    const schema = jsonSchema(shapeFor(shape, version));
    const last = found.at(-1);
    if (last && JSON.stringify(last.schema) === JSON.stringify(schema)) last.to = version;
    else found.push({ schema, from: version, to: version });
  }
  if (found.length === 1) return found.map(({ schema }) => schema);
  return found.map(({ schema, from, to }) => ({
    title: from === to ? `CDI ${from}` : `CDI ${from} to ${to}`,
    ...schema,
  }));
}

function jsonSchema(shape: z.ZodObject): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Json;
  return schema;
}

function tagOf({ path }: Pick<Endpoint, 'path'>): string {
  const [, first = '', second = ''] = path.split('/');
  return first === 'recipe' ? second : 'service';
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  return [method.toLowerCase(), ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join('');
}
