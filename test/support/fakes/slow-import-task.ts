// A task file whose import takes its time, and tells of its end by a file named by the thread.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { threadId, workerData } from 'node:worker_threads';
import type { ThreadSettings } from '../../../worker/thread/trial-protocol.js';

const IMPORT_MS = 300;

await wait(IMPORT_MS);
const { cacheDirectory } = workerData as ThreadSettings;
writeFileSync(join(cacheDirectory, `imported-${threadId}`), '');

export default function run(): void {}
