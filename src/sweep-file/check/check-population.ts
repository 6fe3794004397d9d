// What a population needs of its sweep file: a training whose members can go on from each other, and a dimension that may
// change while they do.
import { type JsonPath, valueAt } from '../../schema/json-path.js';
import { schedulerSchema } from '../../search/registry.js';
import type { Space } from '../../search/space/dimension.js';
import { suggest } from '../../wording/suggest.js';
import { CHANGEABLE_IN_WORDS, changeableDimensions } from '../changeable.js';
import type { Problems } from '../problems.js';
import { isReference } from '../reference.js';
import type { SectionSet } from '../variants.js';

/** `scheduler`: as it is written. `gridPoints`: of the grid; null: there is none. */
export function checkPopulation(
  scheduler: unknown,
  space: Space,
  sets: readonly SectionSet[],
  gridPoints: () => number | null,
  problems: Problems,
): void {
  const read = schedulerSchema.safeParse(scheduler);
  if (!read.success || read.data.type !== 'pbt') return;
  checkSize(read.data.population, gridPoints(), problems);
  const known = changeableDimensions(
    space,
    sets.map(({ sections }) => sections),
  );
  const { perturb } = read.data;
  for (const [place, name] of (perturb ?? []).entries())
    if (!known.includes(name))
      problems.add({
        code: Object.hasOwn(space, name) ? 'SPEC_INVALID' : 'SPEC_REFERENCE',
        path: ['scheduler', 'perturb', place],
        message: Object.hasOwn(space, name)
          ? `is ${JSON.stringify(name)}, which cannot change in the middle of a training`
          : `is ${JSON.stringify(name)}, which is no dimension of the space`,
        hint: Object.hasOwn(space, name)
          ? `what can: dimensions that stand for nothing but ${CHANGEABLE_IN_WORDS}${known.length === 0 ? '' : `; here ${known.join(', ')}`}`
          : (suggest(name, known) ?? 'name a dimension of "space"'),
      });
  if (perturb === undefined && known.length === 0)
    problems.add({
      code: 'SPEC_INVALID',
      path: ['scheduler'],
      message: 'would change nothing: no dimension of the space can change in the middle of a training',
      hint: `search one that stands for nothing but ${CHANGEABLE_IN_WORDS}, such as "learningRate": "$learningRate"`,
    });
  for (const { sections, originOf } of sets) checkTraining(sections.training, originOf, problems);
}

/** The first points of a grid are its corner, no population. */
function checkSize(population: number, gridPoints: number | null, problems: Problems): void {
  if (gridPoints === null || gridPoints <= population) return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['scheduler', 'population'],
    message: `is ${population}, and the grid has ${gridPoints} points: only its first ones would be members`,
    hint: 'take a sampler that spreads them, "sampler": {"type": "sobol"}, or a population as large as the grid',
  });
}

/** What counts epochs to an end, or keeps a state of its own, would begin anew with every segment. */
function checkTraining(training: unknown, originOf: (path: JsonPath) => JsonPath, problems: Problems): void {
  const refuse = (path: JsonPath, message: string, hint: string): void =>
    problems.add({ code: 'SPEC_INVALID', path: originOf(['training', ...path]), message, hint });
  const schedule = valueAt(training, ['learningRateSchedule']);
  const type = typeof schedule === 'string' ? schedule : valueAt(schedule, ['type']);
  const isBound = type === 'cosine' && typeof valueAt(schedule, ['decaySteps']) !== 'number';
  if (isBound || type === 'reduceOnPlateau' || isReference(schedule))
    refuse(
      ['learningRateSchedule'],
      `does not go with "pbt": ${isBound ? 'a cosine decay over all epochs' : 'such a schedule'} would begin anew in every segment`,
      'leave it out: the population finds a schedule of the learning rate',
    );
  if (valueAt(training, ['earlyStopping']) != null)
    refuse(
      ['earlyStopping'],
      'does not go with "pbt", whose members all train to the end of a segment',
      'remove it',
    );
  if (isReference(valueAt(training, ['epochs'])))
    refuse(['epochs'], 'is searched, and with "pbt" all members train as many epochs', 'give a number');
}
