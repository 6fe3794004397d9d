// TRIAL on the command line: an id, a unique prefix of one, or a rank of the leaderboard.
import type { Bus } from '../../bus/bus.js';
import { SweepError } from '../../errors.js';
import { rankView } from '../../leaderboard/ranking.js';
import { foldStudy } from '../read-study.js';

/** More digits are the beginning of an id. */
const RANK = /^[1-9]\d{0,3}$/;

/** The id of the trial that `argument` names; of a row of several seeds its first. Throws TRIAL_NOT_FOUND. */
export async function findTrial(bus: Bus, study: string, argument: string): Promise<string> {
  const rank = RANK.test(argument) ? Number(argument) : 0;
  const ranked = rank === 0 ? undefined : rankView(await foldStudy(bus, study, rank))[rank - 1];
  if (ranked !== undefined) return ranked.row.trial;
  const matching = new Set<string>();
  for await (const { event } of bus.events(study)) {
    if ('trial' in event && event.trial.startsWith(argument)) matching.add(event.trial);
  }
  const [first, second] = matching;
  if (first === undefined || argument === '') throw unknownTrial(study, argument);
  if (second === undefined || matching.has(argument)) return matching.has(argument) ? argument : first;
  throw new SweepError('TRIAL_NOT_FOUND', `"${argument}" is the beginning of ${matching.size} trials`, {
    hint: `give more of one of these: ${[...matching].slice(0, 5).join(', ')}`,
  });
}

export function unknownTrial(study: string, argument: string): SweepError {
  return new SweepError('TRIAL_NOT_FOUND', `the study has no trial ${JSON.stringify(argument)}`, {
    hint: `sweep leaderboard ${study} lists them: give an id, the beginning of one, or a rank`,
  });
}
