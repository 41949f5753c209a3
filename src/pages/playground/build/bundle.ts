import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { pairs } from './pairs.ts';

const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, '../../../');
const platform = join(here, '../platform/');

/** A script for pages, and the style it imports. */
export interface Bundled {
  readonly script: string;
  readonly style: string;
}

/** What a bundle carries beside the modules that its entry imports. */
export interface Carries {
  /** members that plans may name: paths below `src` without extension, or a folder and `/` for all its files */
  readonly members: readonly string[];
  /** paths of files below `src` */
  readonly files?: readonly string[];
}

/**
 * Bundles a script of this folder with the library, without imports.
 *
 * @param entry   path below `src`
 * @param format  a module, or `iife`, a script, which workers of a page from a file need; left out, a module
 * @throws {Error} where something that only Node has would be left in
 */
export async function bundle(
  entry: string,
  carries: Carries,
  format: 'esm' | 'iife' = 'esm',
): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    entryPoints: [`${src}${entry}`],
    ...{ bundle: true, minify: true, write: false, metafile: true, outdir: '/', format },
    ...{ target: 'es2022', logLevel: 'warning', charset: 'utf8', legalComments: 'none' },
    // only in code that no page runs
    logOverride: { 'empty-import-meta': 'silent' },
    inject: [`${platform}wasm-memory.ts`],
    loader: { '.wasm': 'binary' },
    plugins: [forPages(carries)],
  });
  const [{ inputs }] = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
  const absent = Object.entries(inputs).filter(([path, { bytesInOutput }]) => {
    return path.startsWith('absent:') && bytesInOutput > 0;
  });
  if (absent.length > 0)
    throw new Error(
      `bundle of ${entry} must have a page's form of what is Node's; got none for ${absent.map(([path]) => path.slice(7)).join(', ')}`,
    );
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

function forPages({ members, files = [] }: Carries): Plugin {
  return {
    name: 'pages',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^forwardflow:/ }, ({ path }) => ({ path, namespace: 'made' }));
      onLoad({ filter: /:members$/, namespace: 'made' }, () => ({
        contents: tableOf('members', members.flatMap(membersIn), (path) =>
          ['() => import', `('./${path}.ts')`].join(''),
        ),
        resolveDir: src,
      }));
      onLoad({ filter: /:files$/, namespace: 'made' }, () => ({
        contents: filesOf(files),
        resolveDir: src,
      }));
      onResolve({ filter: /^(node:|[a-z][a-z0-9_/]*$)/ }, ({ path }) => {
        if (!isBuiltin(path)) return undefined;
        return { path, namespace: path in pairs ? 'builtin' : 'absent', sideEffects: false };
      });
      onLoad({ filter: /./, namespace: 'builtin' }, async ({ path }) => ({
        contents: await formOf(path),
        resolveDir: platform,
      }));
      // of its messages in all languages a page needs one
      onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ importer }) =>
        importer.includes('/zod/') ? { path: 'locales', namespace: 'made' } : undefined,
      );
      onLoad({ filter: /^locales$/, namespace: 'made' }, () => ({
        contents: "export { default as en } from 'zod/v4/locales/en.js';",
        resolveDir: src,
      }));
      onResolve({ filter: /^absent:/ }, ({ path }) => {
        return { path: path.slice(7), namespace: 'absent', sideEffects: false };
      });
      onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
      onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
        const whole = fileURLToPath(new URL(path, `file://${resolveDir}/`));
        const form = whole.startsWith(src) ? pairs[whole.slice(src.length, -3)] : undefined;
        return form === undefined ? undefined : { path: `${platform}${form}.ts` };
      });
      // addresses of modules, by which plans name them
      onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        if (!path.startsWith(src)) return undefined;
        const address = JSON.stringify(`page:///${path.slice(src.length)}`);
        return {
          contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', address),
          loader: 'ts',
        };
      });
    },
  };
}

/** A module of Node's as a page has it; what of it the page's form lacks is absent. */
async function formOf(builtin: string): Promise<string> {
  const form = `./${pairs[builtin]}.ts`;
  const text = readFileSync(`${platform}${form}`, 'utf8');
  const there = [...text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].map(
    ([, name]) => name,
  );
  const all = Object.keys(await import(builtin));
  const lacking = all.filter((name) => !there.includes(name));
  return `export * from '${form}';\nexport { ${lacking.join(', ')} } from 'absent:${builtin}';`;
}

function tableOf(name: string, keys: readonly string[], value: (key: string) => string): string {
  return `export const ${name} = {${keys.map((key) => `'${key}.ts': ${value(key)}`).join(',\n')}};`;
}

function membersIn(path: string): string[] {
  if (!path.endsWith('/')) return [path];
  return readdirSync(`${src}${path}`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path + file.slice(0, -3))
    .filter((member) => /export (const|function|async function) create\b/.test(textOf(member)));
}

const textOf = (member: string): string => readFileSync(`${src}${member}.ts`, 'utf8');

function filesOf(files: readonly string[]): string {
  const missing = files.find((file) => !existsSync(`${src}${file}`));
  if (missing !== undefined) throw new Error(`${missing} must be built: npm run build:kernels`);
  const imports = files.map((file, i) => `import f${i} from './${file}';`).join('\n');
  const table = files.map((file, i) => `'${file.replace(/^.*\//, '')}': f${i}`).join(', ');
  return `${imports}\nexport const files = {${table}};`;
}
