// The README.md of an exported folder: what the files are, and how to use the model without sweep.
import { taskOf } from '../../task/registry.js';
import { figureFormat } from '../../wording/figures.js';
import type { ExportDescription } from './exported-model.js';

export function describeFolder(description: ExportDescription): string {
  const { study, trial, objective, epoch, epochs, data, task, writtenBy } = description;
  const { words, vocabularyFile, explainUse } = taskOf(task);
  const vocabulary = vocabularyFile(task);
  const warning = data.synthetic
    ? `\n**Synthetic data:** trained on a generated stand-in, not on ${words.measured}. Its predictions say nothing about reality.\n`
    : '';
  return `# Model of trial ${trial}
${warning}
From study ${study}, by ${writtenBy}, trained on ${data.source}: ${objective.metric} ${figureFormat()(objective.value)} at epoch ${epoch} of ${epochs}.

| file | what |
| --- | --- |
| \`model.json\`, \`weights.bin\` | a TensorFlow.js LayersModel of standard layers |
| \`sweep.json\` | input, normalisation, window, origin, digest of the weights |
${vocabulary === null ? '' : `| \`${vocabulary}\` | the words by rank: the word at place p (from 0) has the id p + 4 |\n`}
\`\`\`sh
sweep predict . --data FILE -o predictions.csv
\`\`\`

Without sweep:

\`\`\`js
const model = await tf.loadLayersModel('model.json'); // its address; with tfjs-node file://…/model.json
const output = model.predict(input);
\`\`\`

${explainUse(task, description)}
The topology is that of Keras 2 (gates z, r, h; GRU without reset after; hard sigmoid unless it says otherwise), so that \`tensorflowjs_converter --input_format tfjs_layers_model --output_format keras\` of the Python package tensorflowjs is meant for it; this way was not tried.
`;
}
