/** What is left as it is: rules and pictures, and a name with one word, such as a path that somebody looks for in its line. */
const whole = /[─-▟]|^[\w ]+: \S+$/;
/** A line of a table has two blanks or more between its columns; elsewhere they are prose. */
const columns = /\S {2,}\S/;
const rule = /─{3}/;

/**
 * Wraps each line of prose that is longer than the width, at blanks; what follows is indented as the line was. A word that
 * is longer than a line, such as a path, stays whole, and so do the lines of a table: heads, the rule below them, and rows.
 *
 * @param width  characters of a line; left out, 80
 */
export function wrapped(text: string, width = 80): string {
  const lines = text.split('\n');
  let inTable = false;
  return lines
    .flatMap((line, i) => {
      inTable =
        rule.test(line) ||
        (columns.test(line) && (inTable || lines.slice(i + 1, i + 4).some((next) => rule.test(next))));
      return line.length <= width || inTable || whole.test(line) ? [line] : broken(line, width);
    })
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
