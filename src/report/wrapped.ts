/**
 * Text in lines of at most so many characters, broken between words; a longer word has a line of its own.
 *
 * @param width  characters, ≥ 1; left out, 80
 */
export function wrapped(text: string, width = 80): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
