// The pages that a user reads name commands, options and files that there are.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { createContext } from '../../../src/cli/context.js';
import { createProgram } from '../../../src/cli/program.js';
import { REPOSITORY } from '../../support/deploy/deploy-files.js';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'deploy'].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  ),
];

/** The words after `sweep` on each line of the shell snippets of a page. */
function commandsOf(page: string): string[][] {
  const snippets = readFileSync(join(REPOSITORY, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm);
  return [...snippets]
    .flatMap(([, snippet = '']) => snippet.split('\n'))
    .flatMap((line) => [...line.matchAll(/(?:^|npx )sweep ([^#|>;)&]+)/g)])
    .map(([, words = '']) => words.trim().split(/\s+/));
}

/** What is wrong with a command; null for nothing. */
function problemOf(words: readonly string[], program: Command): string | null {
  let command = program;
  for (const word of words) {
    if (word.startsWith('-')) {
      const known = command.options.some(({ long, short }) => [long, short].includes(word.split('=')[0]));
      if (!known) return `"${command.name()}" has no option ${word}`;
    } else if (command.commands.length > 0) {
      const next = command.commands.find((candidate) => candidate.name() === word);
      if (next === undefined) return `"${command.name()}" has no command ${word}`;
      command = next;
    }
  }
  return null;
}

test('documented commands are commands, with options that they take', () => {
  const program = createProgram(createContext(), { json: false, finish() {} });
  const commands = PAGES.flatMap((page) => commandsOf(page).map((words) => ({ page, words })));
  assert.ok(commands.length > 30, `${commands.length} commands were found`);
  const wrong = commands.flatMap(({ page, words }) => {
    const problem = problemOf(words, program);
    return problem === null ? [] : [`${page}: sweep ${words.join(' ')}: ${problem}`];
  });
  assert.deepEqual(wrong, []);
});

test('links between pages lead to files', () => {
  const missing = PAGES.flatMap((page) =>
    [...readFileSync(join(REPOSITORY, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(REPOSITORY, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  assert.deepEqual(missing, []);
});
