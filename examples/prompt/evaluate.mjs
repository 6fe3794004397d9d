// How well a prompt does on a list of questions. `ask` stands for a model of yours: put the call of its API there.
import { readFileSync } from 'node:fs';
import { defineObjective, TryAgainError } from 'sweep';

const questions = JSON.parse(readFileSync(new URL('questions.json', import.meta.url), 'utf8'));

function promptFor({ style, examples }, question) {
  const shown = questions.slice(0, examples).map((known) => `Q: ${known.question}\nA: ${known.answer}`);
  const order = style === 'stepwise' ? 'Think step by step, then answer.' : 'Answer with a number.';
  return [order, ...shown, `Q: ${question}\nA:`].join('\n');
}

/** A stand-in without a network: the more it is shown, and the calmer it is, the more it gets right. */
async function ask(prompt, temperature, { question, answer }) {
  const help = prompt.split('\nQ: ').length + (prompt.startsWith('Think') ? 3 : 0) - 4 * temperature;
  return question.length % 9 < 2 + help ? answer : 'unknown';
}

export default defineObjective(async (params, { signal }) => {
  let right = 0;
  for (const known of questions) {
    if (signal.aborted) throw new TryAgainError('asked to end');
    const prompt = promptFor(params, known.question);
    const said = await ask(prompt, params.temperature, known);
    if (said === known.answer) right += 1;
  }
  return { accuracy: right / questions.length };
});
