import type { CommandWords, Place } from '../command-words.ts';

/** The completion script of bash. */
export function bash(commands: readonly CommandWords[]): string {
  return `# Completion of forwardflow for bash: source <(forwardflow completion bash)
_forwardflow_runs() {
  local folder=runs i path
  for ((i = 1; i < COMP_CWORD; i++)); do [[ \${COMP_WORDS[i]} == --runs ]] && folder=\${COMP_WORDS[i + 1]}; done
  for path in "$folder"/*/; do
    path=\${path%/}
    [[ -d $path ]] && printf '%s\\n' "\${path##*/}"
  done
  sed -n 's/^ *"name": *"\\([^"]*\\)",*$/\\1/p' "$folder"/*/config.json 2>/dev/null
}

_forwardflow() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]}
  local words= flags= before= word
  COMPREPLY=()
  if [[ $cur == = ]]; then cur=
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if ((COMP_CWORD == 1)); then
    words=${lines([...commands.map(({ name }) => name), 'help', '--help', '--version'])}
  else
    case "$command" in
${commands.map(flagsOf).join('\n')}
    help) words=terms ;;
    esac
    case "$command $prev" in
${commands.flatMap(valuesOf).join('\n')}
    *)
      if [[ $cur == -* ]]; then words=$flags
      else
        case "$command" in
${commands.flatMap(placesOf).join('\n')}
        esac
      fi ;;
    esac
  fi
  if [[ $cur == *,* ]]; then before=\${cur%,*}, cur=\${cur##*,}; fi
  while IFS= read -r word; do
    [[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$before$(printf %q "$word")")
  done <<<"$words"
}
complete -o default -F _forwardflow forwardflow
`;
}

function flagsOf({ name, flags }: CommandWords): string {
  return `    ${name}) flags=${lines(flags.map((flag) => flag.name))} ;;`;
}

function valuesOf({ name, flags }: CommandWords): string[] {
  return flags.flatMap((flag) =>
    flag.value === undefined ? [] : [`    '${name} ${flag.name}') words=${textOf(flag.value)} ;;`],
  );
}

/** Of several arguments, all that may stand at any of them. */
function placesOf({ name, places }: CommandWords): string[] {
  if (places.length === 0) return [];
  const words = places.flatMap((place) => place.words);
  return [`        ${name}) words=${textOf({ words, runs: places.some(({ runs }) => runs) })} ;;`];
}

function textOf({ words, runs }: Place): string {
  return `${lines(words)}${runs ? `$'\\n'"$(_forwardflow_runs)"` : ''}`;
}

/** Words as one text of bash, each in a line. */
function lines(words: readonly string[]): string {
  return `$'${words.map((word) => word.replace(/[\\']/g, '\\$&')).join('\\n')}'`;
}
