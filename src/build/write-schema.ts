// `npm run schema`: writes the published JSON Schema beside the sources, and the tables of the page that explains it.
import { readFileSync, writeFileSync } from 'node:fs';
import { formatJsonSchema } from '../sweep-file/json-schema.js';
import { withDocsTables } from './docs-tables.js';

const SCHEMA_PATH = 'src/sweep-file/sweep.schema.json';
const PAGE_PATH = 'docs/sweep-file.md';

writeFileSync(SCHEMA_PATH, formatJsonSchema());
writeFileSync(PAGE_PATH, withDocsTables(readFileSync(PAGE_PATH, 'utf8')));
process.stdout.write(`${SCHEMA_PATH} and the tables of ${PAGE_PATH} written\n`);
