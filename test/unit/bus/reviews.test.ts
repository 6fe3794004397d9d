// What studies on reviews send over the bus arrives as it was sent, and their dataset on another machine byte for byte.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { studyEventCodec, trialMessageCodec } from '../../../src/bus/messages.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { fetchPrepared, readPreparedBytes } from '../../../src/dataset/prepared/install-prepared.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { preparedPath } from '../../../src/dataset/prepared/prepared-format.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { smallReviewConfig } from '../../support/fixtures/small-reviews.js';
import { created, finished, result, trialMessage } from '../../support/fixtures/study-events.js';
import { flipBit } from '../../support/flip-bit.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

test('a trial that classifies and the events of its study decode to what was encoded', () => {
  const objective = { metric: 'validationAccuracy', direction: 'maximize', epoch: 'best' } as const;
  const message = trialMessage(0, { config: smallReviewConfig, objective });
  assert.deepEqual(trialMessageCodec.decode(trialMessageCodec.encode(message)), message);
  const metrics = { trainLoss: 0.3, validationLoss: 0.3, validationAccuracy: 0.88 };
  const events: StudyEvent[] = [
    created({
      dataset: {
        digest: '1'.repeat(64),
        kind: 'reviews',
        source: 'imdb',
        synthetic: false,
        target: 'label',
        unit: null,
        targetStd: 1,
      },
    }),
    finished(0, 0.88, {
      result: result(0.88, { metrics, baselineMae: null, baselineAccuracy: 0.5 }),
    }),
    {
      type: 'study.tested',
      tests: [
        {
          trial: trialMessage(0).trial,
          testAccuracy: 0.87,
          interval: [0.86, 0.88],
          baselineTestAccuracy: 0.5,
          pValueVersusBaseline: 0.001,
          reviews: 12_000,
        },
      ],
    },
  ];
  for (const event of events) assert.deepEqual(studyEventCodec.decode(studyEventCodec.encode(event)), event);
});

test('prepared reviews installed from their bytes are the same dataset, and damaged ones are refused', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'reviews.csv');
  const lines = Array.from({ length: 20 }, (_, row) => `${row % 2},some words of review ${row}`);
  writeFileSync(path, `label,text\n${lines.join('\n')}\n`);
  const [here, there] = [join(directory, 'here'), join(directory, 'there')];
  const source = {
    type: 'table',
    format: 'csv',
    path,
    test: null,
    text: 'text',
    label: 'label',
    header: true,
  } as const;
  const { metadata } = await prepareDataset(
    { kind: 'reviews', sources: [source], validationSplit: 0.2, testSplit: 0.2 },
    { cacheDirectory: here },
  );
  const bytes = readPreparedBytes(here, metadata.digest);
  /** `blob`: a digest, or the word for the metadata. */
  const send = (cache: string, { values, metadata: described } = bytes) =>
    fetchPrepared(cache, metadata.digest, 'metadata', async (blob) =>
      blob === 'metadata' ? described : values,
    );
  assert.equal(await send(there), bytes.values.byteLength);
  assert.equal(await send(there), 0, 'it is there');
  const [sent, arrived] = [here, there].map((cache) => openDataset(cache, metadata.digest));
  t.after(() => [sent, arrived].forEach((dataset) => void dataset?.close()));
  assert.deepEqual(arrived?.metadata, sent?.metadata);
  const bits = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);
  assert.deepEqual(bits(arrived!.values), bits(sent!.values));

  flipBit(preparedPath(there, metadata.digest), 100);
  assert.throws(() => readPreparedBytes(there, metadata.digest), { code: 'DATASET_CORRUPT' });
  assert.equal(await send(there), bytes.values.byteLength, 'a damaged one is fetched again');
  assert.deepEqual(readPreparedBytes(there, metadata.digest), bytes);

  const facts = { ...metadata, reviews: { ...metadata.reviews, words: metadata.reviews!.words + 1 } };
  await assert.rejects(
    send(join(directory, 'other'), { ...bytes, metadata: Buffer.from(JSON.stringify(facts)) }),
    { code: 'DATASET_CORRUPT' },
  );
});
