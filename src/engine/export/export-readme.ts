// The README.md of an exported folder: what the files are, and how to use the model without sweep.
import { figureFormat } from '../../wording/figures.js';
import type { ClassifyUse, ExportDescription, ForecastUse } from './exported-model.js';

export function describeFolder(description: ExportDescription): string {
  const { study, trial, objective, epoch, epochs, data, task, writtenBy } = description;
  const warning = data.synthetic
    ? '\n**Synthetic data:** trained on a generated stand-in, not on measurements. Its predictions say nothing about reality.\n'
    : '';
  return `# Model of trial ${trial}
${warning}
From study ${study}, by ${writtenBy}, trained on ${data.source}: ${objective.metric} ${figureFormat()(objective.value)} at epoch ${epoch} of ${epochs}.

| file | what |
| --- | --- |
| \`model.json\`, \`weights.bin\` | a TensorFlow.js LayersModel of standard layers |
| \`sweep.json\` | input, normalisation, window, origin, digest of the weights |
${task.kind === 'classify' && task.vocabulary !== null ? '| `vocabulary.json` | the words by rank: the word at place p (from 0) has the id p + 4 |\n' : ''}
\`\`\`sh
sweep predict . --data FILE -o predictions.csv
\`\`\`

Without sweep:

\`\`\`js
const model = await tf.loadLayersModel('model.json'); // its address; with tfjs-node file://…/model.json
const output = model.predict(input);
\`\`\`

${task.kind === 'forecast' ? describeForecast(task, description) : describeReviews(task)}
The topology is that of Keras 2 (gates z, r, h; GRU without reset after; hard sigmoid unless it says otherwise), so that \`tensorflowjs_converter --input_format tfjs_layers_model --output_format keras\` of the Python package tensorflowjs is meant for it; this way was not tried.
`;
}

function describeForecast(task: ForecastUse, { timesteps, features }: ExportDescription): string {
  const { window, target, unit, stepSeconds, columns, targetColumn } = task;
  const { mean, std } = columns[targetColumn] ?? { mean: 0, std: 1 };
  const rows = stepSeconds === null ? 'rows' : `rows of ${stepSeconds} s`;
  const held = columns.filter((column) => column.held).map(({ name }) => `"${name}"`);
  const heldNote =
    held.length === 0 ? '' : ` (${held.join(', ')}: constant while training, so 0 whatever the value)`;
  return `\`input\` is \`[samples, ${timesteps}, ${features}]\`: of the columns ${columns.map(({ name }) => `"${name}"`).join(', ')}, each as (value − mean) / std${heldNote}, the rows i − ${window.lookback}, i − ${window.lookback} + ${window.step}, …, i − ${window.step} (${rows}). \`output\` is "${target}" at row i + ${window.delay}: output × ${std} + ${mean}${unit === null ? '' : ` is in ${unit}`}.
`;
}

function describeReviews({ maxLength, maxFeatures, reversed, vocabulary }: ClassifyUse): string {
  return `\`input\` is \`[samples, ${maxLength}]\`, the ids of the words of a review: 1, then one id a word, ${
    vocabulary === null
      ? 'the rank of the word in the source plus 3'
      : 'its place in `vocabulary.json` plus 4 (lower case, punctuation as blanks, split at blanks)'
  }; 2 for other words and ids from ${maxFeatures} on. ${
    reversed ? 'The ids are turned around, then the' : 'The'
  } last ${maxLength} are kept, with 0 in front of shorter ones. \`output\` is the probability that it is positive.
`;
}
