// What other tools call things (Keras, Optuna, Ray Tune), for "did you mean": such words are never accepted, only answered.
import { nearest } from '../../wording/suggest.js';

/** Ours for another tool's word, in lower case without marks; of several the first that may stand there. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  acc: ['validationAccuracy'],
  accuracy: ['validationAccuracy'],
  f1: ['validationMacroF1'],
  f1score: ['validationMacroF1'],
  macrof1: ['validationMacroF1'],
  f1macro: ['validationMacroF1'],
  top3: ['validationTop3'],
  top5: ['validationTop5'],
  loss: ['validationLoss'],
  mae: ['validationMae'],
  mse: ['validationMse'],
  rmse: ['validationRmse'],
  meanabsoluteerror: ['validationMae', 'mae'],
  meansquarederror: ['validationMse', 'mse'],
  min: ['minimize', 'low'],
  max: ['maximize', 'high'],
  lr: ['learningRate'],
  numepochs: ['epochs'],
  bayesian: ['gp'],
  bayesopt: ['gp'],
  hyperopt: ['tpe'],
  qmc: ['sobol'],
  asynchyperband: ['asha'],
  successivehalving: ['asha'],
  medianstopping: ['median'],
  populationbasedtraining: ['pbt'],
  fifo: ['none'],
  nstartuptrials: ['startup'],
  neicandidates: ['candidates'],
  popsize: ['population'],
  populationsize: ['population'],
  sigma0: ['spread'],
  graceperiod: ['grace'],
  minresource: ['grace'],
  reductionfactor: ['reduction'],
  eta: ['reduction'],
  nwarmupsteps: ['warmup'],
  minsamplesrequired: ['minTrials'],
  perturbationinterval: ['interval'],
  quantilefraction: ['share'],
  resampleprobability: ['resample'],
  hyperparammutations: ['perturb'],
  diff: ['difference'],
  seasonal: ['seasonal-difference'],
  zscore: ['standard'],
  standardize: ['standard'],
  revin: ['standard'],
};

const RANGE = '"low": …, "high": …';
/** What to write for a kind that is spelled by several fields here; told where `besides` may stand. */
const KINDS: Readonly<Record<string, { readonly besides: string; readonly written: string }>> = {
  gru: { besides: 'recurrent', written: '{"type": "recurrent", "cell": "gru"}' },
  lstm: { besides: 'recurrent', written: '{"type": "recurrent", "cell": "lstm"}' },
  uniform: { besides: 'float', written: `{"type": "float", ${RANGE}}` },
  loguniform: { besides: 'float', written: `{"type": "float", ${RANGE}, "log": true}` },
  quniform: { besides: 'float', written: `{"type": "float", ${RANGE}, "step": …}` },
  randint: { besides: 'int', written: `{"type": "int", ${RANGE}}` },
  lograndint: { besides: 'int', written: `{"type": "int", ${RANGE}, "log": true}` },
  pinball: { besides: 'mae', written: '{"pinball": [0.1, 0.5, 0.9]}' },
  quantile: { besides: 'mae', written: '{"pinball": [0.1, 0.5, 0.9]}' },
  window: { besides: 'together', written: '"normalise": "last" in the window section' },
  categorical: { besides: 'choice', written: 'the values as a list: [16, 32]' },
};

/** A hint for a word that is none of `candidates`; undefined when it is like nothing that is known. */
export function explainWord(word: string, candidates: readonly string[]): string | undefined {
  const plain = plainOf(word);
  const kind = describeKind(word, candidates);
  if (kind !== undefined) return kind;
  const meant = [...(Object.hasOwn(WORDS, plain) ? (WORDS[plain] ?? []) : []), ...longNames(plain)];
  const ours = meant
    .map((name) => candidates.find((candidate) => plainOf(candidate) === plainOf(name)))
    .find((candidate) => candidate !== undefined);
  const near = ours ?? nearest(word, candidates);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** What to write for `word` where `candidates` are the kinds that may stand there. */
export function describeKind(word: string, candidates: readonly string[]): string | undefined {
  const plain = plainOf(word);
  const kind = Object.hasOwn(KINDS, plain) ? KINDS[plain] : undefined;
  return kind !== undefined && candidates.includes(kind.besides) ? `write ${kind.written}` : undefined;
}

/** `val_mae` and `valMae` are `validationMae`, `val_acc` is `validationAccuracy`. */
function longNames(plain: string): readonly string[] {
  const metric = /^val(?!idation)(.+)$/.exec(plain)?.[1];
  return metric === undefined
    ? [plain]
    : [...(Object.hasOwn(WORDS, metric) ? (WORDS[metric] ?? []) : []), `validation${metric}`];
}

function plainOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
