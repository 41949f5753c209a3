import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { make, moduleOf, type Plan, plan } from '../../src/core/plan.ts';
import { plain } from '../../src/products/plain.ts';

const echo = new URL('./echo.ts', import.meta.url).href;

describe('a plan', () => {
  it('is plain data that structured clone carries as it is', () => {
    const own = plan(import.meta.url, 'own', { a: 1, nested: { array: Float32Array.of(1) } });
    expect(structuredClone(own)).toEqual(own);
    expect(Object.keys(own)).toEqual(['module', 'name', 'options']);
  });

  it('has no options unless given some', () => {
    expect(plan(import.meta.url, 'own').options).toEqual({});
  });

  it('is made by its module, with its options and the context', async () => {
    const made = await make(structuredClone(plan<unknown, string>(echo, 'own', { a: 2 })), 'here');
    expect(made).toEqual({ options: { a: 2 }, context: 'here' });
  });

  it('does not compile without the context it needs, nor with another', async () => {
    // the types are the test: a directive that excuses nothing is an error of the compiler
    const compiled = [
      // @ts-expect-error products are made with an arena
      () => make(plain()),
      // @ts-expect-error an arena, not its size
      () => make(plain(), 4096),
      () => make(plain(), Arena.over()),
    ];
    expect((await compiled[2]()).name).toBe('plain');
  });

  it('can’t be made by a module that makes nothing', async () => {
    const module = new URL('../../src/core/clock.ts', import.meta.url).href;
    await expect(make(plan(module, 'hours'))).rejects.toThrow(
      new TypeError(
        "module of plan 'hours' must export create(options, context); got none in forwardflow:core/clock",
      ),
    );
  });
});

describe('the module of a plan', () => {
  it('is named by its path below the library where it is one of ours, and by its address elsewhere', () => {
    const ours = new URL('../../src/products/plain.ts', import.meta.url).href;
    expect(plan(ours, 'plain').module).toBe('forwardflow:products/plain');
    expect(plain().module).toBe('forwardflow:products/plain');
    expect(plan(import.meta.url, 'mine').module).toBe(import.meta.url);
    expect(plan('their-package/tile', 'theirs').module).toBe('their-package/tile');
  });

  it('of ours is found by that path', async () => {
    expect((await moduleOf(plain())).plain).toBe(plain);
  });

  it('may be a package that this library sees', async () => {
    const made = await moduleOf(plan('rxjs', 'a package'));
    expect(typeof made.Observable).toBe('function');
  });

  describe('in a package that only the program has', () => {
    const here = process.cwd();
    let folder: string;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'forwardflow-plan-'));
      const own = join(folder, 'node_modules/own-tile');
      mkdirSync(own, { recursive: true });
      writeFileSync(
        join(own, 'package.json'),
        '{ "name": "own-tile", "main": "main.mjs", "version": "1.0.0" }',
      );
      writeFileSync(join(own, 'main.mjs'), 'export const create = (options) => ({ made: options });');
      process.chdir(folder);
    });

    afterAll(() => {
      process.chdir(here);
      rmSync(folder, { recursive: true });
    });

    it('is found from the folder in which the program runs', async () => {
      expect(await make(plan('own-tile', 'own', { a: 1 }))).toEqual({ made: { a: 1 } });
    });

    it('is found by its address', async () => {
      const module = pathToFileURL(join(folder, 'node_modules/own-tile/main.mjs')).href;
      expect(await make(plan(module, 'own', { a: 2 }))).toEqual({ made: { a: 2 } });
    });
  });

  it('of ours is found by the same name in the compiled library', async () => {
    const dist = mkdtempSync(join(tmpdir(), 'forwardflow-dist-'));
    try {
      for (const part of ['core/platform', 'tiles']) mkdirSync(join(dist, part), { recursive: true });
      writeFileSync(join(dist, 'package.json'), '{ "type": "module" }');
      for (const name of ['plan', 'thread', 'own-name', 'platform/imported']) {
        const source = readFileSync(new URL(`../../src/core/${name}.ts`, import.meta.url), 'utf8');
        const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
        const code = ts.transpile(source, options).replace(/(from '\.{1,2}\/[\w/-]+)\.ts'/g, "$1.js'");
        writeFileSync(join(dist, `core/${name}.js`), code);
      }
      writeFileSync(
        join(dist, 'tiles/own.js'),
        'export const create = (options) => ({ compiled: options });',
      );
      const compiled = (await import(pathToFileURL(join(dist, 'core/plan.js')).href)) as {
        make: typeof make;
        plan: typeof plan;
      };
      const own = compiled.plan(pathToFileURL(join(dist, 'tiles/own.js')).href, 'own', { a: 3 });
      expect(own.module).toBe('forwardflow:tiles/own');
      expect(await compiled.make(own)).toEqual({ compiled: { a: 3 } });
    } finally {
      rmSync(dist, { recursive: true });
    }
  });

  it.each([
    ['a file that is not there', new URL('./nowhere.ts', import.meta.url).href, 'nowhere.ts'],
    ['a package that is not installed', 'no-such-package-of-anybody', 'no-such-package-of-anybody'],
    ['a path of ours that leads nowhere', 'forwardflow:tiles/nowhere', 'nowhere'],
    ['a path that leaves the library', 'forwardflow:../../outside', 'its path leaves the library'],
    ['a relative path', './mine.ts', 'a path is relative to nothing that other threads know'],
    ['an absolute path', '/mine.ts', 'a path is relative to nothing that other threads know'],
    ['a module that throws', 'data:text/javascript,throw new Error("no lamp")', 'no lamp'],
    ['nothing', '', ''],
  ])('that is %s is refused in one sentence that names it and says why', async (_what, module, why) => {
    const one: Plan<unknown> = { module, name: 'odd', options: {} };
    const rule =
      "module of plan 'odd' must be a file URL, a package or forwardflow:<path> that can be imported";
    const error = await make(one).catch((cause: Error) => cause);
    expect(error).toBeInstanceOf(TypeError);
    const { message, cause } = error as Error;
    expect(message).toContain(`${rule}; got '${module}': `);
    expect(message).toContain(why);
    expect(message.split('\n')).toHaveLength(1);
    expect(cause).toBeInstanceOf(Error);
  });
});
