import { posix } from 'node:path';
import { fault, folderOf, importsIn, sims, sources, textOf } from './imports.ts';
import { assembly, entries, shapes } from './table.ts';

export interface FileSize {
  readonly path: string;
  readonly lines: number;
}

export interface FolderSize {
  /** from the root: `src/report/trace` */
  readonly folder: string;
  /** whether every file but its shape is one member */
  readonly family: boolean;
  /** files in it, those of its folders not counted */
  readonly direct: number;
  readonly lines: number;
  readonly longest: FileSize;
}

const sizeOf = (path: string): FileSize => ({ path, lines: textOf(path).trimEnd().split('\n').length });

/** Every folder under `src` and `sims` that has sources of its own. */
export function folders(): FolderSize[] {
  const files = [...sources, ...sims].map(sizeOf);
  const names = [...new Set(files.map(({ path }) => posix.dirname(path)))].sort();
  return names.map((folder) => {
    const own = files.filter(({ path }) => posix.dirname(path) === folder);
    const [longest] = own.toSorted((a, b) => b.lines - a.lines);
    // each file of sims/reading is one study, as each of a family is one member
    const family = folder === 'sims/reading' || (folder.startsWith('src/') && folder.slice(4) in shapes);
    return { folder, family, direct: own.length, lines: own.reduce((n, { lines }) => n + lines, 0), longest };
  });
}

/** The files of `src` and `sims` that have more than so many lines, the longest first. */
export function longest(most: number): FileSize[] {
  const files = [...sources, ...sims].map(sizeOf);
  return files.filter(({ lines }) => lines > most).sort((a, b) => b.lines - a.lines);
}

/** For each folder of `src` the folders it imports. */
export function arrows(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const imports = sources
    .filter((path) => !entries.includes(path) && !path.startsWith(assembly))
    .flatMap((path) => importsIn(textOf(path), path));
  for (const { from, of } of imports) {
    const targets = found.get(folderOf(from)) ?? new Set();
    found.set(folderOf(from), targets);
    if (!of.startsWith('src/')) continue;
    if (folderOf(of) !== folderOf(from)) targets.add(folderOf(of));
  }
  return new Map([...found].sort().map(([folder, targets]) => [folder, [...targets].sort()] as const));
}

/** The map of the house as text: sizes, arrows, and what breaks a rule. */
export function architecture(): string {
  const rows = folders().map(({ folder, family, direct, lines, longest }) => [
    folder,
    family ? 'family' : '',
    `${direct}`,
    `${lines}`,
    `${posix.basename(longest.path)} ${longest.lines}`,
  ]);
  const arrowRows = [...arrows()].map(([folder, targets]) => [folder, targets.join(', ') || '–']);
  const faults = sources
    .flatMap((path) => importsIn(textOf(path), path))
    .map(fault)
    .filter((text) => text !== undefined);
  return [
    ...columns([['folder', '', 'files', 'lines', 'longest file'], ...rows]),
    '',
    ...columns([['folder', 'imports'], ...arrowRows]),
    '',
    `files above 250 lines: ${listed(longest(250).map(({ path, lines }) => `${path} ${lines}`))}`,
    `folders of machinery above 14 files: ${listed(
      folders()
        .filter(({ family, direct }) => !family && direct > 14)
        .map(({ folder, direct }) => `${folder} ${direct}`),
    )}`,
    `imports against the table: ${listed(faults)}`,
    '',
  ].join('\n');
}

function listed(all: readonly string[]): string {
  return all.length === 0 ? 'none' : all.join(', ');
}

/** Columns two blanks apart; those that hold numbers are set to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const numeric = rows[0].map((_, i) => rows.slice(1).every((row) => /^\d+$/.test(row[i])));
  return rows.map((row) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
