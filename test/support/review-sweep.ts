// Tables of labelled reviews that a small model can learn, and a sweep file over them: two trials of a second.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/statistics/seeded-random.js';

/** A positive review holds "great", a negative one "awful", among words that say nothing. */
function reviewTable(count: number, seed: number): string {
  const { below } = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const label = below(2);
    const words = Array.from({ length: 4 + below(12) }, () => `w${below(30)}`);
    words[below(words.length)] = label === 1 ? 'great' : 'awful';
    return `${label}\t${words.join(' ')}\n`;
  }).join('');
}

/** Writes `train.tsv`, `test.tsv` and the sweep file beside them; returns its path. */
export function writeReviewSweep(directory: string): string {
  writeFileSync(join(directory, 'train.tsv'), reviewTable(400, 1));
  writeFileSync(join(directory, 'test.tsv'), reviewTable(120, 2));
  const file = join(directory, 'reviews.json');
  const document = {
    name: 'reviews',
    dataset: {
      kind: 'reviews',
      source: { tsv: 'train.tsv', test: 'test.tsv', text: 1, label: 0, header: false },
      maxFeatures: 40,
      maxLength: 12,
      reversed: '$reversed',
    },
    model: {
      type: 'layers',
      layers: [
        { type: 'embedding', inputDim: 40, outputDim: 8 },
        { type: 'globalAveragePooling1d' },
        { type: 'dense', units: 1, activation: 'sigmoid' },
      ],
    },
    space: { reversed: [false, true] },
    training: { learningRate: 0.02, batchSize: 16, epochs: 6 },
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}
