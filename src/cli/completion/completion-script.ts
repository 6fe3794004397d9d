// Completion scripts for bash, zsh and fish, from the tree of commands. Files complete by the shell's own means.
import type { Command } from 'commander';

interface OptionEntry {
  readonly long: string;
  readonly description: string;
  /** What its value may be, empty: anything; null: it takes none. */
  readonly values: readonly string[] | null;
}

interface Entry {
  /** Words that lead here: `data fetch`; empty for the program itself. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionEntry[];
  /** What its arguments may be; empty: anything. */
  readonly choices: readonly string[];
  /** Its first argument names a study. */
  readonly takesStudy: boolean;
}

/** Lists the studies of the place that the environment names, or (in bash and zsh) `--home` and `--nats` on the line. */
const LIST_IDS = 'sweep list --ids';

export function completionScript(program: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const entries = listEntries(program);
  switch (shell) {
    case 'bash':
      return bashScript(entries);
    case 'zsh':
      return zshScript(entries);
    case 'fish':
      return fishScript(entries);
  }
}

function listEntries(command: Command, path: readonly string[] = []): Entry[] {
  const entry: Entry = {
    path: path.join(' '),
    description: command.description(),
    commands: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    options: [
      ...command.options.map(({ long, description, required, argChoices }) => ({
        long: long ?? '',
        description,
        values: required ? (argChoices ?? []) : null,
      })),
      { long: '--help', description: 'print help', values: null },
    ].filter(({ long }) => long !== ''),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesStudy: command.registeredArguments[0]?.name() === 'study',
  };
  return [entry, ...command.commands.flatMap((child) => listEntries(child, [...path, child.name()]))];
}

function wordsOf(entry: Entry): string {
  const names = entry.commands.map(({ name }) => name);
  return [...names, ...entry.choices, ...entry.options.map(({ long }) => long)].join(' ');
}

/** The options that take a value, as `PATH OPTION`, each with what it may be. */
function listValues(
  entries: readonly Entry[],
): { readonly place: string; readonly values: readonly string[] }[] {
  return entries.flatMap(({ path, options }) =>
    options.flatMap(({ long, values }) => (values === null ? [] : [{ place: `${path} ${long}`, values }])),
  );
}

/**
 * The longest path of words before the cursor that is a command decides what is offered; after an option, its values,
 * and where they are not listed, files.
 */
function bashScript(entries: readonly Entry[]): string {
  const cases = entries.map((entry) => {
    const studies = entry.takesStudy ? `; takes_study=1; choices=${quote(entry.choices.join(' '))}` : '';
    return `    ${quote(entry.path)}) words=${quote(wordsOf(entry))}${studies} ;;`;
  });
  const paths = entries.filter(({ path }) => path !== '').map(({ path }) => `    ${quote(path)}) ;;`);
  const values = listValues(entries).map(
    ({ place, values }) => `    ${quote(place)}) words=${quote(values.join(' '))}; takes_study="" ;;`,
  );
  return `# bash completion of sweep
_sweep() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="" words="" takes_study="" choices="" candidate word option pattern
  local -a place=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    candidate="\${path:+$path }$word"
    case "$candidate" in
${paths.join('\n')}
    *) continue ;;
    esac
    path="$candidate"
  done
  case "$path" in
${cases.join('\n')}
  esac
  # \`--option=value\` is three words.
  [[ "$previous" == "=" ]] && previous="\${COMP_WORDS[COMP_CWORD-2]}"
  case "$path $previous" in
${values.join('\n')}
  esac
  if [[ -n "$takes_study" && "$current" != -* ]]; then
    # Not from COMP_WORDS: an address is several words there.
    for option in --home --nats; do
      pattern="$option[ =]+([^ ]+)"
      [[ "$COMP_LINE" =~ $pattern ]] && place+=("$option" "\${BASH_REMATCH[1]}")
    done
    words="@last $(${LIST_IDS} "\${place[@]}" 2>/dev/null) $choices"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -o bashdefault -F _sweep sweep
`;
}

function zshScript(entries: readonly Entry[]): string {
  const describe = (entry: Entry): string =>
    [
      ...entry.commands.map(({ name, description }) => `${name}:${description}`),
      ...entry.choices,
      ...entry.options.map(({ long, description }) => `${long}:${description}`),
    ]
      .map((item) => quote(item))
      .join(' ');
  const cases = entries.map((entry) => {
    const studies = entry.takesStudy
      ? `; takes_study=1; choices=(${entry.choices.map(quote).join(' ')})`
      : '';
    return `    ${quote(entry.path)}) items=(${describe(entry)})${studies} ;;`;
  });
  const paths = entries.filter(({ path }) => path !== '').map(({ path }) => `      ${quote(path)}) ;;`);
  const values = listValues(entries).map(
    ({ place, values }) => `    ${quote(place)}) items=(${values.map(quote).join(' ')}); takes_study="" ;;`,
  );
  return `#compdef sweep
_sweep() {
  local path_words="" takes_study="" candidate word option
  local -a items place choices
  for word in "\${words[@]:1:CURRENT-2}"; do
    candidate="\${path_words:+$path_words }$word"
    case "$candidate" in
${paths.join('\n')}
      *) continue ;;
    esac
    path_words="$candidate"
  done
  case "$path_words" in
${cases.join('\n')}
  esac
  case "$path_words \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  if [[ -n "$takes_study" && "$PREFIX" != -* ]]; then
    for option in --home --nats; do
      [[ "\${words[*]}" =~ "$option[ =]+([^ ]+)" ]] && place+=("$option" "$match[1]")
    done
    items=(@last \${(f)"$(${LIST_IDS} "\${place[@]}" 2>/dev/null)"} $choices)
  fi
  _describe 'sweep' items || _files
}
compdef _sweep sweep
`;
}

function fishScript(entries: readonly Entry[]): string {
  const lines = entries.flatMap((entry) => {
    const words = entry.path === '' ? [] : entry.path.split(' ');
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const none = entry.commands.map(({ name }) => name).join(' ');
    const missing = none === '' ? [] : [`not __fish_seen_subcommand_from ${none}`];
    const when = [...seen, ...missing].join('; and ') || 'true';
    const studies = entry.takesStudy
      ? [`complete -c sweep -n ${quote(when)} -f -a ${quote(`@last (${LIST_IDS} 2>/dev/null)`)} -d study`]
      : [];
    const choices = entry.choices.map(
      (choice) => `complete -c sweep -n ${quote(when)} -f -a ${quote(choice)}`,
    );
    return [
      ...studies,
      ...choices,
      ...entry.commands.map(
        ({ name, description }) =>
          `complete -c sweep -n ${quote(when)} -f -a ${quote(name)} -d ${quote(description)}`,
      ),
      ...entry.options.map(
        ({ long, description, values }) =>
          `complete -c sweep -n ${quote(seen.join('; and ') || 'true')} -l ${long.replace(/^--/, '')} -d ${quote(description)}${fishValues(values)}`,
      ),
    ];
  });
  return `# fish completion of sweep\n${lines.join('\n')}\n`;
}

/** `-r`: an option takes a value; `-f`: which is no file. */
function fishValues(values: OptionEntry['values']): string {
  if (values === null) return '';
  return values.length === 0 ? ' -r' : ` -r -f -a ${quote(values.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
