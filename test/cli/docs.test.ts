import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { generatedDocs } from '../../cli/docs/generated.js';
import { layOutJson } from '../../cli/docs/json-layout.js';
import { alignTables } from '../../cli/docs/markdown-layout.js';
import type { Endpoint } from '../../gateway/endpoint.js';
import { endpoints } from '../../gateway/endpoints.js';
import { atLeast } from '../../gateway/http/cdi-version.js';
import { ok } from '../../gateway/http/reply.js';
import { openApiDocument } from '../../gateway/openapi.js';

describe('generated documents', () => {
  for (const [name, content] of generatedDocs()) {
    it(`docs/${name} is what the code says; if not: npm run docs`, async () => {
      expect(await readFile(`docs/${name}`, 'utf8')).to.equal(content);
    });
  }

  it('JSON: lists of scalars stand on one line while they fit', () => {
    const value = { a: [1, 'x, ]', null], b: [], c: [{ d: ['e'] }], f: ['g'.repeat(60), 'h'.repeat(60)] };
    const text = layOutJson(value);
    expect(JSON.parse(text)).to.deep.equal(value);
    expect(text).to.include('  "a": [1, "x, ]", null],\n').and.to.include('      "d": ["e"]\n');
    expect(text).to.include(`  "f": [\n    "${'g'.repeat(60)}",\n`);
  });

  it('Markdown: columns are aligned, escaped bars are no borders', () => {
    expect(alignTables('x\n| a | b |\n| --- | --- |\n| long | c\\|d |\ny')).to.equal(
      'x\n| a    | b    |\n| ---- | ---- |\n| long | c\\|d |\ny',
    );
  });
});

describe('OpenAPI document', () => {
  const endpoint = (more: Partial<Endpoint>): Endpoint => ({
    method: 'POST',
    path: '/recipe/x',
    level: 'tenant',
    summary: 'Does x.',
    handle: () => ok({}),
    ...more,
  });

  // biome-ignore lint/suspicious/noExplicitAny: looks into a document of every shape
  const pathsOf = (own: readonly Endpoint[]): any => openApiDocument(own).paths;

  it('has every endpoint, each operation under an id of its own', () => {
    const paths = pathsOf(endpoints);
    for (const { path, method } of endpoints) expect(paths[path]).to.have.property(method.toLowerCase());
    const ids = Object.values(paths).flatMap((path) =>
      Object.values(path as object).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('describes what may be sent, not what it is read as', () => {
    const body = z.object({ count: z.string().transform(Number), any: z.custom().optional() });
    const { schema } = pathsOf([endpoint({ body })])['/recipe/x'].post.requestBody.content['application/json'];
    expect(schema.properties.count).to.deep.equal({ type: 'string' });
    expect(schema.required).to.deep.equal(['count']);
  });

  it('lists the shapes of different versions', () => {
    const body: Endpoint['body'] = (version) =>
      z.object(atLeast(version, '4.0') ? { recipeUserId: z.string() } : { userId: z.string() });
    const { schema } = pathsOf([endpoint({ body })])['/recipe/x'].post.requestBody.content['application/json'];
    expect(schema.anyOf.map(({ title }: { title: string }) => title)).to.deep.equal([
      'CDI 3.0 to 3.1',
      'CDI 4.0 to 5.6',
    ]);
  });

  it('requires a query parameter that every variant of a path requires', () => {
    const variants = [
      endpoint({ method: 'GET', rid: 'a', query: z.object({ both: z.string(), one: z.string() }) }),
      endpoint({ method: 'GET', rid: 'b', query: z.object({ both: z.string() }) }),
    ];
    const { parameters } = pathsOf(variants)['/recipe/x'].get;
    expect(parameters.slice(1)).to.deep.equal([
      { name: 'rid', in: 'header', schema: { type: 'string', enum: ['a', 'b'] } },
      { name: 'both', in: 'query', required: true, schema: { type: 'string' } },
      { name: 'one', in: 'query', required: false, schema: { type: 'string' } },
    ]);
  });
});
