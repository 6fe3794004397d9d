// `sweep plot STUDY KIND`: a study's plots, drawn in the terminal.
import { Argument } from 'commander';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption, wholeNumber } from '../options/options.js';
import type { Register } from '../verb.js';
import { PLOTS, type PlotName, type PlotOptions } from './plot-kinds.js';

export const registerPlot: Register = (program, run) => {
  addBusOptions(program.command('plot'))
    .description("draw a study's plots in the terminal")
    .argument('<study>', 'id, unique prefix of one, or @last')
    .addArgument(new Argument('<kind>', 'what is drawn').choices(PLOTS))
    .option('--trial <trial>', 'forecast, confusion: id, the beginning of one, or a rank (default: 1)')
    .option('--column <name>', 'forecast: of several target columns this one (default: the first)')
    .option('--series <name>', 'forecast: of several series this one (default: the first)')
    .option('--from <n>', 'forecast: the first window that is drawn, from 0', wholeNumber(0))
    .option('--windows <n>', 'forecast: how many windows are drawn', wholeNumber(2))
    .option('--param <name>', 'slice: this parameter alone')
    .option('--top <n>', 'curves, horizon: so many of the best trials (default: 5)', wholeNumber(1))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
history      each trial's objective in the order of the search, and the best so far
curves       the learning curves of the best trials
importance   how much each parameter mattered, as "sweep insight" says
parallel     each trial as a line through all parameters to its objective, the best tenth in green
slice        the objective over each parameter
forecast     a trial's forecasts on validation data beside the truth, with the band of its quantiles
horizon      the error of the best trials by rows ahead, beside naive persistence
confusion    which classes a trial takes for which, a row a class, a column an answer

Examples:
  $ sweep plot @last history
  $ sweep plot @last slice --param learningRate
  $ sweep plot gru-grid-7f3a forecast --trial 2 --from 500 --windows 300
  $ sweep plot @last importance --json`,
    )
    .action(
      run(async (context, study: string, kind: PlotName, options: PlotOptions) => {
        const { plotStudy } = await import('./run.js');
        return plotStudy(context, study, kind, options);
      }),
    );
};
