export type Cell = string | number;

/** characters of a line of a table */
const widest = 80;
/** between two columns */
const gap = '  ';

/**
 * A table for people of at most 80 columns: a rule below its head, none between its rows. What is too wide is wrapped: at
 * two blanks where a cell has them, else at one that may break, and at soft hyphens. Numbers stand to the right.
 *
 * @param head  left out, the table has none
 */
export function textTable(rows: readonly (readonly Cell[])[], head: readonly string[] = []): string {
  const all = [...(head.length > 0 ? [head] : []), ...rows];
  const widths = widthsOf(all);
  const lines = all.map((row) => linesOf(row, widths));
  const rule = widths.map((width) => '─'.repeat(width)).join(gap);
  if (head.length > 0) lines.splice(1, 0, [rule]);
  return lines.flat().join('\n');
}

/** Each column as wide as its widest cell; while that is too much the widest that can be wrapped gives way. */
function widthsOf(rows: readonly (readonly Cell[])[]): number[] {
  const columns = (rows[0] ?? []).map((_, i) => rows.map((row) => String(row[i])));
  const widths = columns.map((cells) =>
    Math.max(...cells.map((cell) => cell.replaceAll('\u00ad', '').length)),
  );
  const least = columns.map((cells) => Math.max(...cells.flatMap((cell) => piecesOf(cell).map(lengthAtEnd))));
  const room = widest - gap.length * (widths.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const slack = widths.map((width, i) => (width > least[i] ? width : 0));
    const at = slack.indexOf(Math.max(...slack));
    if (slack[at] === 0) break;
    widths[at]--;
  }
  return widths;
}

/** The parts between which a cell may be broken, each with what joins it to the next. */
function piecesOf(cell: string): string[] {
  const pieces = cell.split(cell.includes('  ') ? /(?<= {2})(?! )/ : /(?<= )/);
  return pieces.flatMap((piece) => piece.split(/(?<=\u00ad)/));
}

/** of a piece that ends a line: its blanks go, its soft hyphen is shown */
const lengthAtEnd = (piece: string): number => piece.trimEnd().length;

function linesOf(row: readonly Cell[], widths: readonly number[]): string[] {
  const cells = row.map((cell, i) => wrapCell(String(cell), widths[i]));
  const count = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: count }, (_, line) =>
    cells
      .map((texts, i) => {
        const text = texts[line] ?? '';
        return typeof row[i] === 'number' ? text.padStart(widths[i]) : text.padEnd(widths[i]);
      })
      .join(gap)
      .trimEnd()
      .replaceAll('\u00a0', ' '),
  );
}

function wrapCell(cell: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const piece of piecesOf(cell)) {
    const joined = current.replace(/\u00ad$/, '') + piece;
    if (current !== '' && lengthAtEnd(joined) > width) {
      lines.push(current.trimEnd().replace(/\u00ad$/, '-'));
      current = piece;
    } else current = joined;
  }
  return [...lines, current.trimEnd().replace(/\u00ad$/, '')];
}
