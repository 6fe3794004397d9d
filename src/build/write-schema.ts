// `npm run schema`: writes the published JSON Schema beside the sources.
import { writeFileSync } from 'node:fs';
import { formatJsonSchema } from '../sweep-file/json-schema.js';

const SCHEMA_PATH = 'src/sweep-file/sweep.schema.json';

writeFileSync(SCHEMA_PATH, formatJsonSchema());
process.stdout.write(`${SCHEMA_PATH} written\n`);
