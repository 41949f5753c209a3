import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembly, entries, mayNameWhatTravels, table, travels } from './table.ts';

export const root = new URL('../../', import.meta.url);

export interface Import {
  readonly of: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

export const filesUnder = (folder: string): string[] =>
  existsSync(new URL(folder, root))
    ? readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => posix.join(relative(fileURLToPath(root), entry.parentPath), entry.name))
        .filter((path) => !path.includes('node_modules'))
    : [];
export const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
export const sources = filesUnder('src').filter((path) => path.endsWith('.ts'));
export const sims = filesUnder('sims').filter((path) => path.endsWith('.ts'));

/** What a text's import and export statements and import() calls name. */
export function importsIn(text: string, from: string): Import[] {
  const code = withoutComments(text);
  const statement = /^\s*(?:import|export)\s+(type\s)?([^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  const call = /(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]/g;
  const address = /new URL\(\s*['"](\.[^'"]*)['"],\s*import\.meta\.url/g;
  const found = [
    ...[...code.matchAll(statement)].map(([, type, names, of]) => ({
      of,
      typeOnly: !!type || allTypes(names),
    })),
    ...[...code.matchAll(call)].map(([, type, of]) => ({ of, typeOnly: !!type })),
    ...[...code.matchAll(address)].map(([, of]) => ({ of: of.replace(/\.js$/, '.ts'), typeOnly: false })),
  ];
  return found.map(({ of, typeOnly }) => ({
    from,
    typeOnly,
    of: of.startsWith('.') ? withExtension(posix.join(posix.dirname(from), of)) : of,
  }));
}

/** In AssemblyScript an import names a file without its extension. */
function withExtension(path: string): string {
  return path.startsWith(assembly) && posix.extname(path) === '' ? `${path}.ts` : path;
}

/** `{ type A, type B } from` names types only, as `import type` does. */
function allTypes(names = ''): boolean {
  const inside = names.match(/^\{(.*)\}/s)?.[1];
  return (inside ?? 'value').split(',').every((name) => /^\s*(type\s|$)/.test(name));
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(),])\/\/.*$/gm, '$1');
}

export function folderOf(path: string): string {
  return path.split('/')[1];
}

/** Why an import may not be, or undefined when it may. */
export function fault({ from, of, typeOnly }: Import): string | undefined {
  if (of.startsWith(assembly) !== from.startsWith(assembly)) return `${from} imports ${of}`;
  if (!of.startsWith('src/') || entries.includes(from)) return undefined;
  const folder = folderOf(from);
  if (folderOf(of) === folder) return undefined;
  const allowed = table[folder];
  if (allowed === undefined) return `${from}: folder ${folder} stands in no row of the table`;
  if (allowed.some((start) => of.startsWith(start))) return undefined;
  if (of === travels && typeOnly && mayNameWhatTravels.has(folder)) return undefined;
  return `${from} imports ${of}`;
}

/** Each circle of imports, as the path that comes back to its start. */
export function circlesIn(imports: readonly Import[]): string[] {
  const edges = new Map<string, string[]>();
  for (const { from, of } of imports) edges.set(from, [...(edges.get(from) ?? []), of]);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const of of edges.get(file) ?? []) walk(of, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return circles;
}
