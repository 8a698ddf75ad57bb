import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { commands } from '../../command-service/catalogue.js';
import { queries } from '../../query-service/catalogue.js';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

/** The names that definitions in a folder give themselves: the first argument of the function that defines them. */
function definedIn(folder: string, define: string): string[] {
  const definition = new RegExp(`^export const \\w+ = ${define}(?:<[\\s\\S]*?>)?\\(\\s*'(\\w+)'`, 'gm');
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(definition)])
    .map((match) => match[1] ?? '')
    .sort();
}

for (const { folder, define, catalogue } of [
  { folder: 'command-service', define: 'command', catalogue: commands },
  { folder: 'query-service', define: 'query', catalogue: queries },
])
  describe(`the catalogue of ${folder}`, () => {
    it('holds everything that is defined there, under names of their own', () => {
      const defined = definedIn(folder, define);
      expect(defined).to.have.length.above(20);
      expect([...catalogue.keys()].sort()).to.deep.equal(defined);
    });
  });
