import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocs } from './docs/generated.js';

const [folder = 'docs'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const [name, content] of generatedDocs()) {
  writeFileSync(join(folder, name), content);
  process.stdout.write(`${join(folder, name)}\n`);
}
