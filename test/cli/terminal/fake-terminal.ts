/** A stream that keeps the lines that a terminal would show, for what `Screen` sends it. */
export interface FakeTerminal {
  readonly stream: NodeJS.WriteStream;
  /** the lines that are seen, without colours */
  shown(): string[];
  /** all that was written */
  written(): string;
}

export function fakeTerminal(columns: number, rows = 24, isTTY = true): FakeTerminal {
  let lines: string[] = [''];
  let written = '';
  const take = (part: string): void => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
    const [, up] = /^\x1b\[(\d+)A$/.exec(part) ?? [];
    if (up !== undefined) lines = lines.slice(0, lines.length - Number(up));
    else if (part === '\n') lines.push('');
    else if (part === '\x1b[J') lines.splice(-1, 1, '');
    else if (part !== '\r' && !part.startsWith('\x1b')) lines.push((lines.pop() ?? '') + part);
  };
  const write = (text: string): boolean => {
    written += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
    for (const part of text.match(/\x1b\[\d*[A-Za-z]|\r|\n|[^\x1b\r\n]+/g) ?? []) take(part);
    return true;
  };
  const stream = { isTTY, columns, rows, write } as unknown as NodeJS.WriteStream;
  return { stream, shown: () => lines.filter((line) => line !== ''), written: () => written };
}
