import type { CommandWords, Place } from '../command-words.ts';

/** The completion script of zsh. */
export function zsh(commands: readonly CommandWords[]): string {
  return `#compdef forwardflow
# Completion of forwardflow for zsh: source <(forwardflow completion zsh), behind compinit
_forwardflow_runs() {
  local folder=runs at=\${words[(i)--runs]} file line
  ((at < CURRENT)) && folder=$words[at+1]
  local -a found=("$folder"/*(N/:t))
  for file in "$folder"/*/config.json(N); do
    while IFS= read -r line; do
      [[ $line =~ '^ *"name": *"([^"]*)",*$' ]] && found+=("$match[1]")
    done <"$file"
  done
  compadd -a found
}

_forwardflow() {
  local command=$words[2] prev=$words[CURRENT-1]
  local -a list
  if ((CURRENT == 2)); then
    list=(${commands.map(({ name, says }) => quoted(`${name}:${says}`)).join(' ')} 'help:what the words mean')
    [[ $words[CURRENT] == -* ]] && compadd -- --help --version || _describe command list
    return
  fi
  if compset -P '*='; then prev=\${words[CURRENT]%%=*}; fi
  case "$command $prev" in
${commands.flatMap(valuesOf).join('\n')}
  'help help') compadd terms; return ;;
  esac
  case "$command" in
${commands.map(commandOf).join('\n')}
  esac
}
compdef _forwardflow forwardflow
`;
}

function valuesOf({ name, flags }: CommandWords): string[] {
  return flags.flatMap((flag) =>
    flag.value === undefined
      ? []
      : [`  '${name} ${flag.name}') compset -P '*,'; ${offers(flag.value)}; return ;;`],
  );
}

function commandOf({ name, flags, places }: CommandWords): string {
  const list = flags.map((flag) => quoted(`${flag.name}:${flag.says}`)).join(' ');
  const words = places.flatMap((place) => place.words);
  const place = offers({ words, runs: places.some(({ runs }) => runs) });
  return `  ${name})
    if [[ $words[CURRENT] == -* ]]; then
      list=(${list})
      _describe flag list
    else ${place}; fi ;;`;
}

/** What is listed, or the names of files. */
function offers({ words, runs }: Place): string {
  const listed = words.length > 0 ? [`compadd -- ${words.map(quoted).join(' ')}`] : [];
  const all = [...listed, ...(runs ? ['_forwardflow_runs'] : [])];
  return all.length > 0 ? all.join('; ') : '_files';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
