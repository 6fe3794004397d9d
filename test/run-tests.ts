// Runs every compiled `*.test.js` under the named suites (default: all) with Node's own test runner.
// Usage: npm test [-- unit property …]
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Node runs their files in alphabetical order. */
const SUITES = ['browser', 'contract', 'e2e', 'golden', 'integration', 'property', 'unit'];
/** Two cores are common: more files at once would only make timing-sensitive suites compete. */
const CONCURRENCY = 2;

const testRoot = join(dirname(fileURLToPath(import.meta.url)), './');
const wanted = process.argv.slice(2);
const suites = wanted.length > 0 ? wanted : SUITES;

/** A suite is a folder, or the beginning of a file's name in one. */
const files = SUITES.flatMap((suite) =>
  readdirSync(join(testRoot, suite), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .sort()
    .map((file) => join(suite, file)),
)
  .filter((file) => suites.some((wanted) => file.startsWith(wanted)))
  .map((file) => join(testRoot, file));
if (files.length === 0) {
  process.stderr.write(`no tests found in ${suites.join(', ')}: run "npm run build" first\n`);
  process.exit(1);
}
const run = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    `--test-concurrency=${CONCURRENCY}`,
    ...['spec', new URL('./run-summary.js', import.meta.url).href].flatMap((reporter) => [
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
    ]),
    ...files,
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
