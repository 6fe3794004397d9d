// `sweep export STUDY`: a trained model as files that need no sweep.
import { Option } from 'commander';
import { addBusOptions } from '../options/bus-options.js';
import { forceOption, jsonOption } from '../options/options.js';
import type { Register } from '../verb.js';
import type { ExportOptions } from './run.js';

export const registerExport: Register = (program, run) => {
  addBusOptions(program.command('export'))
    .description('a trained model as files that need no sweep')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('--best-model <dir>', 'the best model as a folder: TensorFlow.js LayersModel, sweep predict')
    .option('--onnx <file>', 'the best model as an ONNX file that takes raw values')
    .option('--keras <file>', 'the best model as a .keras file for Keras 3, which takes raw values')
    .addOption(
      new Option('--format <format>', 'all trials of the study, as').choices([
        'optuna-journal',
        'csv',
        'json',
        'markdown',
        'parquet',
        'tensorboard',
        'mlflow-rest',
      ]),
    )
    .option(
      '-o, --output <place>',
      'where --format writes: a file, a folder (tensorboard), a server (mlflow-rest); left out: standard output',
    )
    .option('--trial <id>', "this trial's model (id, prefix or rank) instead of the best one")
    .addOption(forceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Writes model.json and weights.bin (TensorFlow.js, standard layers), sweep.json (columns, means and
deviations, window, target, unit, origin), for reviews vocabulary.json, and a README.md.
An ONNX file has the normalisation inside: raw values go in (float64 [batch, timesteps, columns], token
ids as int64), the prediction comes out in the target's unit. A .keras file has it inside too (float32).
A folder that holds something else is refused, unless it is an earlier model of the same study. With
--force these files are written all the same; others in the folder stay.

Examples:
  $ sweep export @last --best-model model
  $ sweep export @last --onnx model.onnx
  $ sweep export @last --keras model.keras
  $ sweep export @last --trial 3f9c2e --best-model model
  $ sweep predict model --data weather.csv -o forecast.csv
  $ sweep export @last --format optuna-journal -o journal.log    # optuna-dashboard journal.log
  $ sweep export @last --format csv > trials.csv
  $ sweep export @last --format parquet -o trials.parquet
  $ sweep export @last --format tensorboard -o logs               # tensorboard --logdir logs
  $ sweep export @last --format mlflow-rest -o http://127.0.0.1:5000
For the ranking as a table: sweep leaderboard STUDY --csv`,
    )
    .action(
      run(async (context, study: string, options: ExportOptions) => {
        const { exportModel } = await import('./run.js');
        return exportModel(context, study, options);
      }),
    );
};
