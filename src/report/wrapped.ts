/**
 * What is left as it is: pictures, lines of tables, of three columns or more with two blanks between, and a name with one word, such as a
 * path that somebody looks for in its line.
 */
const whole = /[─-▟]|\S {2,}\S.* {2,}\S|^[\w ]+: \S+$/;

/**
 * Wraps each line of prose that is longer than the width, at blanks; what follows is indented as the line was. A word that
 * is longer than a line, such as a path, stays whole.
 *
 * @param width  characters of a line; left out, 80
 */
export function wrapped(text: string, width = 80): string {
  return text
    .split('\n')
    .flatMap((line) => (line.length <= width || whole.test(line) ? [line] : broken(line, width)))
    .join('\n');
}

function broken(line: string, width: number): string[] {
  const [indent] = /^ */.exec(line) ?? [''];
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(/ +/)) {
    if (current.trim() !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = indent + word;
    } else current += current.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, current];
}
