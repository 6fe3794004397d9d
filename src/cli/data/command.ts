// `sweep data …`: fetch the reference data, import a CSV, look at prepared datasets, make a synthetic series.
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { MISSING_POLICIES, NORMALISATIONS } from '../../study/dataset-source.js';
import { collect, jsonOption, wholeNumber } from '../options/options.js';
import { addTableOptions } from '../options/table-options.js';
import type { Register, RunVerb } from '../verb.js';
import type { FetchOptions } from './fetch.js';
import type { ImportOptions } from './import.js';
import type { InfoOptions } from './print-dataset.js';
import type { SynthOptions } from './synthesize.js';

export const registerData: Register = (program, run) => {
  const data = program
    .command('data')
    .description('datasets: fetch, import, info, synth')
    .addHelpText(
      'after',
      `
Examples:
  $ sweep data fetch jena
  $ sweep data import weather.csv --target "T (degC)"
  $ sweep data info`,
    );
  registerFetch(data, run);
  registerImport(data, run);
  registerInfo(data, run);
  registerSynth(data, run);
};

function registerFetch(data: Command, run: RunVerb): void {
  data
    .command('fetch')
    .description('download the Jena series (13 MB) or the IMDB reviews (17 MB) and check them')
    .addArgument(new Argument('<name>', 'a series or reviews').choices(['jena', 'imdb']))
    .option('--url <url>', 'another place to download the file from')
    .option('--accept-unknown', 'take a file that is not the known one; it is called unverified ever after')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nA broken download goes on where it stopped.\n\nExamples:\n  $ sweep data fetch jena\n  $ sweep data fetch imdb',
    )
    .action(
      run(async (context, name: 'jena' | 'imdb', options: FetchOptions) => {
        const { fetchData } = await import('./fetch.js');
        return fetchData(context, name, options);
      }),
    );
}

function registerImport(data: Command, run: RunVerb): void {
  addTableOptions(
    data
      .command('import')
      .description('check a table and prepare it: CSV, TSV, Parquet, JSON lines, packed or not')
      .argument('<file>', 'a file, a folder of files, or a pattern in quotes')
      .requiredOption('--target <column>', 'column to forecast; repeatable: several at once', collect)
      .option('--column <name>', 'feature column; repeatable (default: all numeric ones)', collect),
  )
    .addOption(
      new Option('--on-missing <policy>', 'what to do with missing values')
        .choices(MISSING_POLICIES)
        .default('error'),
    )
    .option(
      '--series <column>',
      'column that tells several series of the table apart; repeatable: several that do together',
      collect,
    )
    .addOption(
      new Option('--normalise <how>', 'of several series: by the rows of all, or each by its own').choices(
        NORMALISATIONS,
      ),
    )
    .option('--min-rows <n>', 'leave out series with fewer rows', wholeNumber(1))
    .option('--train <share>', 'share of the rows to train on', share, 0.5)
    .option('--validation <share>', 'share of the rows to validate on', share, 0.25)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The rest of the rows is the test split.

Examples:
  $ sweep data import weather.csv --target "T (degC)"
  $ sweep data import stores.csv --target sales --series store
  $ sweep data import station.csv --target temp --missing -9999 --on-missing forward-fill
  $ sweep data import log.csv --target load --time Date --time Time --time-format "%m/%d/%Y %H:%M" --order sort`,
    )
    .action(
      run(async (context, file: string, options: ImportOptions) => {
        const { importData } = await import('./import.js');
        return importData(context, file, options);
      }),
    );
}

function registerInfo(data: Command, run: RunVerb): void {
  data
    .command('info')
    .description('list the prepared datasets, or describe one')
    .argument('[digest]', 'digest or a unique prefix of one')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ sweep data info\n  $ sweep data info 3f9c2e --json')
    .action(
      run(async (context, digest: string | undefined, options: InfoOptions) => {
        const { showData } = await import('./info.js');
        return showData(context, digest, options);
      }),
    );
}

function registerSynth(data: Command, run: RunVerb): void {
  data
    .command('synth')
    .description('write a synthetic Jena series as CSV')
    .argument('<file>', 'CSV file to write')
    .option('--rows <n>', 'rows, ten minutes apart (default: as many as the real series)', wholeNumber(1))
    .option('--seed <n>', 'another seed gives another series', wholeNumber(0))
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ sweep data synth weather.csv --rows 20000 --seed 1')
    .action(
      run(async (context, file: string, options: SynthOptions) => {
        const { synthesizeData } = await import('./synthesize.js');
        return synthesizeData(context, file, options);
      }),
    );
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 1)) {
    throw new InvalidArgumentError('it must be a number between 0 and 1.');
  }
  return value;
}
