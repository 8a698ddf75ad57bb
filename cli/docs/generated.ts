import { eventCatalogue } from '../../domain/catalogue.js';
import { endpoints } from '../../gateway/endpoints.js';
import { openApiDocument } from '../../gateway/openapi.js';
import { configReference } from '../../infra/config/config-reference.js';
import { eventReference } from './events.js';
import { layOutJson } from './json-layout.js';
import { alignTables } from './markdown-layout.js';

/** The documents in docs/ that are generated from the code, by file name. */
export function generatedDocs(): ReadonlyMap<string, string> {
  return new Map([
    ['openapi.json', layOutJson(openApiDocument(endpoints))],
    ['configuration.md', alignTables(`# Configuration\n\n${configReference()}`)],
    ['events.md', alignTables(eventReference(eventCatalogue))],
  ]);
}
