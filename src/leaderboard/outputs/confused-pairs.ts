// Which classes a classifier takes for which. Pure, and of no task: the page of the dashboard counts them too.
import type { ClassFigures } from './output-figures.js';

/** Of what is taken for what, the most frequent first. */
export function confusedPairs(
  { labels, confusion }: ClassFigures,
  most: number,
): { readonly own: string; readonly answer: string; readonly samples: number; readonly share: number }[] {
  return (confusion ?? [])
    .flatMap((row, own) => {
      const all = row.reduce((sum, samples) => sum + samples, 0);
      return row.map((samples, answer) => ({ own, answer, samples, share: samples / all }));
    })
    .filter(({ own, answer, samples }) => own !== answer && samples > 0)
    .sort((left, right) => right.samples - left.samples || left.own - right.own)
    .slice(0, most)
    .map(({ own, answer, ...counted }) => ({ own: labels[own]!, answer: labels[answer]!, ...counted }));
}
