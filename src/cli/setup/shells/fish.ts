import type { CommandWords, Place } from '../command-words.ts';

/** The completion script of fish. */
export function fish(commands: readonly CommandWords[]): string {
  return `# Completion of forwardflow for fish: forwardflow completion fish | source
function __forwardflow_is
    set -l tokens (commandline -opc)
    test (count $tokens) -gt 1; and test "$tokens[2]" = $argv[1]
end

function __forwardflow_first
    test (count (commandline -opc)) -eq 1
end

function __forwardflow_runs
    set -l folder runs
    set -l tokens (commandline -opc)
    if set -l at (contains -i -- --runs $tokens)
        set folder $tokens[(math $at + 1)]
    end
    for path in $folder/*/
        basename $path
    end
    for file in $folder/*/config.json
        string match -rg '^ *"name": *"([^"]*)",*$' < $file
    end
end

complete -c forwardflow -e
complete -c forwardflow -n __forwardflow_first -f -l help -d 'what there is'
complete -c forwardflow -n __forwardflow_first -f -l version -d 'the version'
complete -c forwardflow -n __forwardflow_first -f -a help -d 'what the words mean'
complete -c forwardflow -n '__forwardflow_is help' -f -a terms
${commands.map(({ name, says }) => `complete -c forwardflow -n __forwardflow_first -f -a ${name} -d ${quoted(says)}`).join('\n')}
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ name, flags, places }: CommandWords): string[] {
  const when = `-n ${quoted(`__forwardflow_is ${name}`)}`;
  return [
    ...flags.map(
      (flag) =>
        `complete -c forwardflow ${when} -l ${flag.name.slice(2)}${takes(flag.value)} -d ${quoted(flag.says)}`,
    ),
    ...places
      .filter(({ words, runs }) => words.length > 0 || runs)
      .map((place) => `complete -c forwardflow ${when} -f -a ${wordsOf(place)}`),
  ];
}

/** A flag that takes what the shell can't list takes the names of files. */
function takes(place: Place | undefined): string {
  if (place === undefined) return '';
  return place.words.length > 0 || place.runs ? ` -x -a ${wordsOf(place)}` : ' -r';
}

function wordsOf({ words, runs }: Place): string {
  return quoted([...words, ...(runs ? ['(__forwardflow_runs)'] : [])].join(' '));
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
