import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  circlesIn,
  fault,
  filesUnder,
  folderOf,
  importsIn,
  root,
  sims,
  sources,
  textOf,
  withoutComments,
} from './architecture/imports.ts';
import { architecture, folders, longest } from './architecture/sizes.ts';
import { assembly, entries, shapes, table, travels } from './architecture/table.ts';

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
    expect(entries.some((entry) => says('src/cli/a.ts', entry))).toBe(false);
    expect(entries.some((entry) => says(entry, 'src/work/a.ts'))).toBe(false);
    expect(says('src/work/a.ts', 'src/extend.ts')).toBe(true);
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
      .filter(({ of }) => of.startsWith('src/') && !entries.includes(of));
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

  it('but the clock and its two forms draws no number of its own and reads no clock', () => {
    const clocks = ['core/clock', 'core/platform/wall', 'pages/playground/platform/library/wall'];
    const allowed = clocks.map((name) => `src/${name}.ts`);
    const wrong = [...sources, ...sims].filter(
      (path) => !allowed.includes(path) && chance.test(withoutComments(textOf(path))),
    );
    expect(wrong).toEqual([]);
    expect(allowed.every((path) => chance.test(withoutComments(textOf(path))))).toBe(true);
  });

  it('and folder has a name that says what it is', () => {
    const vague = /(^|\/|-)(utils?|common|helpers?|misc|shared)(\.|\/|-|$)/i;
    const files = [...filesUnder('src'), ...filesUnder('sims'), ...filesUnder('test')];
    expect(files.filter((path) => vague.test(path))).toEqual([]);
    expect(vague.test('src/core/utils.ts') && vague.test('src/helpers/a.ts')).toBe(true);
  });

  it('has 250 lines or fewer', () => {
    expect(longest(250)).toEqual([]);
  });
});

describe('every folder', () => {
  it('of machinery has 14 files or fewer', () => {
    const full = folders().filter(({ family, direct }) => !family && direct > 14);
    expect(full.map(({ folder, direct }) => `${folder}: ${direct}`)).toEqual([]);
  });

  it('is counted: its files, those below it not, and its lines', () => {
    const counted = folders().find(({ folder }) => folder === 'src/report/trace');
    expect(counted).toMatchObject({ family: false });
    expect(counted?.direct).toBeGreaterThan(3);
    expect(counted?.lines).toBeGreaterThan(counted?.longest.lines ?? Number.POSITIVE_INFINITY);
    expect(folders().find(({ folder }) => folder === 'src/layers')?.family).toBe(true);
  });

  it('of machinery and every family stands in the printed map, with the arrows from it', () => {
    const map = architecture();
    for (const folder of Object.keys(table).filter((name) => sources.some((path) => folderOf(path) === name)))
      expect(map).toMatch(new RegExp(`^ *${folder}\\b.*`, 'm'));
    expect(map).toMatch(/^ *optimisers +core, kernels$/m);
  });
});
