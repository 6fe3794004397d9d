// `sweep predict STUDY|DIR`: a trained model on new data.
import { Option } from 'commander';
import { MISSING_POLICIES } from '../../study/dataset-source.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../verb.js';
import type { PredictOptions } from './run.js';

export const registerPredict: Register = (program, run) => {
  addBusOptions(program.command('predict'))
    .description('a trained model on new data')
    .argument('<study>', 'id, unique prefix of one, @last, or a folder that "sweep export" wrote')
    .requiredOption('--data <file>', 'CSV with the columns of the training')
    .requiredOption('-o, --output <file>', 'CSV to write the predictions to')
    .addOption(
      new Option(
        '--on-missing <policy>',
        'missing values of a series (default: as for the training)',
      ).choices(MISSING_POLICIES),
    )
    .option('--trial <id>', "this trial's model (id, prefix or rank) instead of the study's best one")
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Of a series: a line for every window whose rows are in the file, with the time of the target, the prediction in the
target's unit, and what the file holds there. Of reviews: probability that it is positive, and the label.

Examples:
  $ sweep predict @last --data weather.csv -o forecast.csv
  $ sweep predict model --data weather.csv -o forecast.csv --json
  $ sweep predict @last --trial 3f9c2e --data reviews.tsv -o labels.csv`,
    )
    .action(
      run(async (context, model: string, options: PredictOptions) => {
        const { predictData } = await import('./run.js');
        return predictData(context, model, options);
      }),
    );
};
