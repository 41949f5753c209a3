import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);

/** Each family's folder and the file that is its shape. */
const shapes: Readonly<Record<string, string>> = {
  arrivals: 'arrival.ts',
  shifts: 'shift.ts',
  augmentations: 'augmentation.ts',
  negatives: 'negative.ts',
  devices: 'device.ts',
  distributions: 'distribution.ts',
  kernels: 'kernel.ts',
  tiles: 'tile.ts',
  goodness: 'goodness.ts',
  losses: 'loss.ts',
  optimisers: 'optimiser.ts',
  layers: 'layer.ts',
  schedules: 'schedule.ts',
  runtimes: 'runtime.ts',
  measures: 'measure.ts',
};
const shapeFiles = Object.entries(shapes).map(([folder, file]) => `src/${folder}/${file}`);

/** What a folder may import beside itself: a folder, or single files of one. */
const core = ['src/core/'];
const table: Readonly<Record<string, readonly string[]>> = {
  core: [],
  data: core,
  arrivals: core,
  shifts: core,
  augmentations: core,
  negatives: core,
  devices: core,
  distributions: core,
  measures: core,
  schedules: core,
  goodness: core,
  losses: core,
  kernels: core,
  optimisers: [...core, 'src/kernels/kernel.ts'],
  tiles: [...core, 'src/devices/', 'src/kernels/'],
  layers: [
    ...core,
    'src/data/',
    'src/goodness/',
    'src/kernels/',
    'src/losses/',
    'src/negatives/',
    'src/optimisers/',
    'src/tiles/',
  ],
  pipeline: [...core, 'src/data/', ...shapeFiles],
  graph: [...core, 'src/data/', 'src/pipeline/', 'src/simulation/scenario.ts', ...shapeFiles],
  work: [...core, 'src/data/', 'src/pipeline/', 'src/graph/', ...shapeFiles],
  ends: [...core, 'src/data/', 'src/pipeline/', 'src/graph/', 'src/work/', ...shapeFiles],
  threads: [...core, 'src/data/', 'src/pipeline/', 'src/graph/', 'src/work/', 'src/ends/', ...shapeFiles],
  simulation: [...core, 'src/distributions/', 'src/graph/', ...shapeFiles],
  virtual: [
    ...core,
    'src/data/',
    'src/distributions/',
    'src/pipeline/',
    'src/graph/',
    'src/work/',
    'src/ends/',
    'src/simulation/',
    ...shapeFiles,
  ],
  runtimes: [
    ...core,
    'src/data/',
    'src/distributions/',
    'src/pipeline/',
    'src/graph/',
    'src/work/',
    'src/ends/',
    'src/threads/',
    'src/virtual/',
    'src/simulation/',
    ...shapeFiles,
  ],
  run: [
    ...core,
    'src/data/',
    'src/distributions/',
    'src/kernels/',
    'src/pipeline/',
    'src/graph/',
    'src/work/',
    'src/ends/',
    'src/threads/',
    'src/runtimes/',
    'src/simulation/',
    ...shapeFiles,
  ],
  report: [...core, 'src/measures/', 'src/simulation/'],
  cli: ['src/index.ts'],
};
/** AssemblyScript: its imports have no extension, and it runs nowhere but in WebAssembly. */
const assembly = 'src/kernels/assembly/';
/** Families over core alone may name what travels, as a type. */
const travels = 'src/data/microbatch.ts';
const mayNameWhatTravels = new Set([
  'arrivals',
  'shifts',
  'augmentations',
  'negatives',
  'measures',
  'schedules',
  'goodness',
  'losses',
]);

interface Import {
  readonly of: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

const filesUnder = (folder: string): string[] =>
  existsSync(new URL(folder, root))
    ? readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => posix.join(relative(fileURLToPath(root), entry.parentPath), entry.name))
        .filter((path) => !path.includes('node_modules'))
    : [];
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
const sources = filesUnder('src').filter((path) => path.endsWith('.ts'));
const sims = filesUnder('sims').filter((path) => path.endsWith('.ts'));

/** What a text's import and export statements and import() calls name. */
function importsIn(text: string, from: string): Import[] {
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

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(),])\/\/.*$/gm, '$1');
}

function folderOf(path: string): string {
  return path.split('/')[1];
}

/** Why an import may not be, or undefined when it may. */
function fault({ from, of, typeOnly }: Import): string | undefined {
  if (of.startsWith(assembly) !== from.startsWith(assembly)) return `${from} imports ${of}`;
  if (!of.startsWith('src/') || from === 'src/index.ts') return undefined;
  const folder = folderOf(from);
  if (folderOf(of) === folder) return undefined;
  const allowed = table[folder];
  if (allowed === undefined) return `${from}: folder ${folder} stands in no row of the table`;
  if (allowed.some((start) => of.startsWith(start))) return undefined;
  if (of === travels && typeOnly && mayNameWhatTravels.has(folder)) return undefined;
  return `${from} imports ${of}`;
}

const all = sources.flatMap((path) => importsIn(textOf(path), path));

describe('imports', () => {
  it('are all seen: statements, types, calls and addresses, but not what comments say', () => {
    const text = `
      import 'a';
      import b, { type B } from "b";
      import type { C } from '../tiles/c.ts';
      import { type D, type E } from '../core/d.ts';
      export * from './e.ts';
      // import f from 'f'; and import('g')
      /** import h from 'h' */
      type I = typeof import('i');
      const j = await import('../j.ts');
      new Worker(new URL('./k.js', import.meta.url));
      import {
        l,
      } from 'l'; // as in "https://m"
    `;
    const seen = importsIn(text, 'src/layers/x.ts').map(({ of, typeOnly }) => (typeOnly ? `type ${of}` : of));
    expect(seen.sort()).toEqual(
      ['a', 'b', 'type src/tiles/c.ts', 'type src/core/d.ts', 'src/layers/e.ts', 'type i', 'src/j.ts', 'l']
        .concat('src/layers/k.ts')
        .sort(),
    );
  });

  it('are told right from wrong', () => {
    const says = (from: string, of: string, typeOnly = false) => fault({ from, of, typeOnly }) !== undefined;
    expect(says('src/core/a.ts', 'src/data/b.ts')).toBe(true);
    expect(says('src/losses/a.ts', travels)).toBe(true);
    expect(says('src/losses/a.ts', travels, true)).toBe(false);
    expect(says('src/pipeline/a.ts', 'src/layers/layer.ts')).toBe(false);
    expect(says('src/pipeline/a.ts', 'src/layers/backprop.ts')).toBe(true);
    expect(says('src/cli/a.ts', 'src/core/clock.ts')).toBe(true);
    expect(says('src/cli/a.ts', 'src/index.ts')).toBe(false);
    expect(says('src/new/a.ts', 'src/core/clock.ts')).toBe(true);
    expect(says('src/optimisers/a.ts', 'src/kernels/kernel.ts')).toBe(false);
    expect(says('src/optimisers/a.ts', 'src/kernels/simd.ts')).toBe(true);
    expect(says(`${assembly}a.ts`, `${assembly}b.ts`)).toBe(false);
    for (const from of ['src/kernels/simd.ts', 'src/index.ts', 'test/a.ts']) {
      expect(says(from, `${assembly}a.ts`)).toBe(true);
    }
    expect(says(`${assembly}a.ts`, 'src/core/rows.ts')).toBe(true);
    expect(says(`${assembly}a.ts`, 'rxjs')).toBe(true);
  });

  it('of AssemblyScript have no extension, as it will have it', () => {
    const text = "import { a } from './lanes';\nexport { b } from './rows';";
    expect(importsIn(text, `${assembly}index.ts`).map(({ of }) => of)).toEqual([
      `${assembly}lanes.ts`,
      `${assembly}rows.ts`,
    ]);
    const own = all.filter(({ from }) => from.startsWith(assembly));
    expect(own.length).toBeGreaterThan(3);
    const written = sources.filter((path) => path.startsWith(assembly)).map(textOf);
    expect(written.filter((code) => /from '[^']*\.ts'/.test(code))).toEqual([]);
  });

  it('from outside the sources name no AssemblyScript either', () => {
    const outside = [...filesUnder('test'), ...filesUnder('bench'), ...sims].filter((path) =>
      path.endsWith('.ts'),
    );
    const named = outside.flatMap((path) => importsIn(textOf(path), path));
    expect(named.filter(({ of }) => of.startsWith(assembly))).toEqual([]);
  });

  it('point one way', () => {
    expect(all.map(fault).filter((text) => text !== undefined)).toEqual([]);
  });

  it('name files that are there', () => {
    const missing = all.filter(({ of }) => of.startsWith('src/') && !existsSync(new URL(of, root)));
    expect(missing).toEqual([]);
  });

  it('go round in no circle', () => {
    expect(circlesIn(all)).toEqual([]);
    expect(circlesIn([...'abc'].map((from, i) => ({ from, of: 'bca'[i], typeOnly: false })))).toEqual([
      'a → b → c → a',
    ]);
  });

  it('of a sim name the public API and its own folder', () => {
    const wrong = sims
      .flatMap((path) => importsIn(textOf(path), path))
      .filter(({ of }) => of.startsWith('src/') && of !== 'src/index.ts');
    expect(wrong).toEqual([]);
  });
});

describe('every family', () => {
  it.each(Object.entries(shapes).filter(([folder]) => sources.some((path) => folderOf(path) === folder)))(
    '%s has its shape in %s',
    (folder, shape) => {
      expect(sources).toContain(`src/${folder}/${shape}`);
    },
  );
});

describe('every file', () => {
  const chance =
    /\bMath\.random\b|\bDate\.now\b|\bperformance\.now\b|\bnew Date\(\s*\)|\bDate\(\)|\bhrtime\b/;

  it('but core/clock.ts draws no number of its own and reads no clock', () => {
    const wrong = [...sources, ...sims].filter(
      (path) => path !== 'src/core/clock.ts' && chance.test(withoutComments(textOf(path))),
    );
    expect(wrong).toEqual([]);
    expect(chance.test(withoutComments(textOf('src/core/clock.ts')))).toBe(true);
  });

  it('and folder has a name that says what it is', () => {
    const vague = /(^|\/|-)(utils?|common|helpers?|misc|shared)(\.|\/|-|$)/i;
    const files = [...filesUnder('src'), ...filesUnder('sims'), ...filesUnder('test')];
    expect(files.filter((path) => vague.test(path))).toEqual([]);
    expect(vague.test('src/core/utils.ts') && vague.test('src/helpers/a.ts')).toBe(true);
  });

  it('has 300 lines or fewer', () => {
    const long = [...sources, ...sims]
      .map((path) => ({ path, lines: textOf(path).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });
});

/** Each circle of imports, as the path that comes back to its start. */
function circlesIn(imports: readonly Import[]): string[] {
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
