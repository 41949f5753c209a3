import type { Arena } from '../core/memory/arena.ts';
import { Instance, Module, type WasmModule } from '../core/memory/wasm.ts';
import { engine } from '../core/platform/engine.ts';
import { fileBytes } from '../core/platform/file-bytes.ts';
import { zigguratIn } from './analog/ziggurat.ts';

/** What `assembly/` exports: each argument is an address in bytes, a count, or a factor. */
export interface Assembled {
  readonly [name: string]: (...of: number[]) => number | undefined;
}

/** Relaxed SIMD multiplies and adds in one instruction with one rounding; engines have it from Node 22 on. */
export type Flavour = 'plain' | 'relaxed';

/** the version of the kernels' arguments that is called here; see `version` in `assembly/index.ts` */
const version = 8;

/** modules compiled on this thread, and what was made of them for each arena */
const modules = new Map<Flavour, WasmModule | undefined>();
const instances = new WeakMap<Arena, Map<Flavour, Assembled>>();

/**
 * The kernels over an arena, made once for each thread.
 *
 * @param flavour  left out, relaxed where the engine has it
 * @throws {Error} when they have not been built, or from other sources, or the engine lacks the flavour that was asked for
 */
export function assembled(arena: Arena, flavour: Flavour = bestFlavour()): Assembled {
  const here = instances.get(arena) ?? new Map<Flavour, Assembled>();
  instances.set(arena, here);
  const known = here.get(flavour);
  if (known) return known;
  const module = moduleOf(flavour);
  if (module === undefined) throw new Error(`this engine must have relaxed SIMD; got ${engine()}`);
  const made = new Instance(module, { env: { memory: arena.memory } }).exports as Assembled;
  const built = made.version?.();
  if (built !== version)
    throw new Error(
      `kernels must be built from these sources (version ${version}): \`npm run build:kernels\`; got version ${built ?? 1}`,
    );
  const { layersAt, heightsAt } = zigguratIn(arena);
  made.ziggurat(layersAt, heightsAt);
  here.set(flavour, made);
  return made;
}

/** The faster flavour that this engine has. */
export function bestFlavour(): Flavour {
  return moduleOf('relaxed') === undefined ? 'plain' : 'relaxed';
}

/** @returns undefined where the engine refuses the flavour */
function moduleOf(flavour: Flavour): WasmModule | undefined {
  if (modules.has(flavour)) return modules.get(flavour);
  const file = new URL(
    flavour === 'relaxed' ? './wasm/simd-relaxed.wasm' : './wasm/simd.wasm',
    import.meta.url,
  );
  const bytes = fileBytes(file);
  if (bytes === undefined) throw new Error('kernels are not built: `npm run build:kernels`');
  const module = compile(bytes, flavour);
  modules.set(flavour, module);
  return module;
}

function compile(bytes: Uint8Array, flavour: Flavour): WasmModule | undefined {
  try {
    return new Module(bytes);
  } catch (cause) {
    if (flavour === 'relaxed') return undefined;
    throw new Error(`this engine must have WebAssembly SIMD and threads; got ${engine()}`, {
      cause,
    });
  }
}
