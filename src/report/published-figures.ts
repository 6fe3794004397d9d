// What the chapter's author published of each experiment, with its source. A value that was not published is null; none
// is derived. Names are those of the variants in the sweep files.

/** The first edition's experiments: Keras 2.0.8 on a machine that the author does not name. */
const BOOK = 'F. Chollet, Deep Learning with Python, 2018';
const NOTEBOOKS = 'https://github.com/fchollet/deep-learning-with-python-notebooks (first_edition)';
const RECURRENT = `${BOOK}, notebook 6.3`;
const CONVOLUTIONAL = `${BOOK}, notebook 6.4`;

export interface PublishedFigure {
  /** Best validation MAE, normalised, or accuracy as a share. */
  readonly value: number;
  /** The MAE in the chapter's unit, where the text gives it. */
  readonly units: number | null;
  /** The epoch of `value` in the printed output. */
  readonly bestEpoch: number | null;
  /** As printed; null where nothing is trained. */
  readonly secondsPerEpoch: number | null;
  readonly source: string;
  readonly note?: string;
}

export interface Chapter {
  readonly title: string;
  /** Where all sources are. */
  readonly notebooks: string;
  readonly metric: 'validationMae' | 'validationAccuracy';
  /** Unit of the figures' `units`; null: there are none. */
  readonly unit: string | null;
  /** Rows of the author's series; null for reviews. */
  readonly stepSeconds: number | null;
  /** Data sources that are the author's own. */
  readonly sources: readonly string[];
  /** What differs from the chapter whatever data is given. */
  readonly departure: string | null;
  /** By variant; a variant that is missing was not published. */
  readonly figures: Readonly<Record<string, PublishedFigure>>;
}

const figure = (
  value: number,
  bestEpoch: number | null,
  secondsPerEpoch: number | null,
  source: string,
  more: Partial<Pick<PublishedFigure, 'units' | 'note'>> = {},
): PublishedFigure => ({ value, units: null, bestEpoch, secondsPerEpoch, source, ...more });

const JENA: Chapter['figures'] = {
  naive: figure(0.29, null, null, `${RECURRENT}, text`, { units: 2.57, note: 'printed: 0.2897' }),
  dense: figure(0.2994, 2, 9, `${RECURRENT}, output`),
  gru: figure(0.265, 6, 168, `${RECURRENT}, text and output`, {
    units: 2.35,
    note: '"about 0.265"; printed: 0.2644',
  }),
  'gru-dropout': figure(0.2619, 33, 170, `${RECURRENT}, output`),
  stacked: figure(0.2633, 16, 344, `${RECURRENT}, output`),
  reversed: figure(0.399, 11, 170, `${RECURRENT}, output`),
  bidirectional: figure(0.2615, 4, 324, `${RECURRENT}, output`),
  conv1d: figure(0.4252, 2, 10, `${CONVOLUTIONAL}, output`, { note: '"in the low 0.40s"' }),
  'conv-gru': figure(0.273, 4, 58, `${CONVOLUTIONAL}, output`, {
    note: 'with a lookback of 720 rows, half of what the sweep file has',
  }),
};

const IMDB: Chapter['figures'] = {
  lstm: figure(0.8928, 8, 107, `${BOOK}, notebook 6.2, output`),
  'reversed-lstm': figure(0.877, 3, 105, `${RECURRENT}, output`),
  'bidirectional-lstm': figure(0.8856, 4, 210, `${RECURRENT}, text and output`, { note: '"above 88 %"' }),
  conv1d: figure(0.8382, 6, 3, `${CONVOLUTIONAL}, output`, {
    note: 'that model ends in a linear unit, the one here in a sigmoid',
  }),
};

const JENA_CHAPTER: Chapter = {
  title: 'Temperature in Jena, 24 hours ahead',
  notebooks: NOTEBOOKS,
  metric: 'validationMae',
  unit: '°C',
  stepSeconds: 600,
  sources: ['jena'],
  departure: null,
  figures: JENA,
};

/** By the name of the sweep file. */
export const CHAPTERS: Readonly<Record<string, Chapter>> = {
  'chapter6-jena': JENA_CHAPTER,
  'chapter6-jena-hourly': {
    ...JENA_CHAPTER,
    departure: 'the series has one row an hour and 6 columns, the chapter’s one every ten minutes and 14',
  },
  'chapter6-imdb': {
    title: 'Sentiment of IMDB reviews',
    notebooks: NOTEBOOKS,
    metric: 'validationAccuracy',
    unit: null,
    stepSeconds: null,
    sources: ['imdb'],
    departure: null,
    figures: IMDB,
  },
};
