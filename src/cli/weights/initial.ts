import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Parameter, pathRefusal, printableLine } from '../../extend.ts';
import type { DatasetPipeline } from '../../index.ts';
import { fitWeights, originText, readWeights, type WeightsFile, type WeightsFit } from '../../report.ts';
import type { Network } from '../running/networks.ts';
import { freshWeights } from './needed.ts';

/** Where the weights of a network come from. */
export interface InitReport extends Pick<WeightsFit, 'layout' | 'origins'> {
  readonly rule: string;
  readonly file: string;
}

/** What networks start from. */
export interface InitialWeights {
  /** of each network, in their order */
  readonly weights: readonly (readonly Parameter[])[];
  /** one a rule */
  readonly reports: readonly InitReport[];
}

/**
 * The weights that networks start from, out of one file or the files of a run folder.
 *
 * @param init       a safetensors or .npz file, a folder of .npy files, or a run folder
 * @param pipelines  of the networks, in their order
 * @throws {RangeError} when a network lacks an array, or no network needs one of the file
 */
export async function initialWeights(
  init: string,
  networks: readonly Network[],
  pipelines: readonly DatasetPipeline[],
): Promise<InitialWeights> {
  const files = new Map<string, Promise<WeightsFile>>();
  const fits = new Map<string, WeightsFit & { readonly file: string; readonly rule: string }>();
  const weights: (readonly Parameter[])[] = [];
  for (const [i, network] of networks.entries()) {
    const { rule } = network.settings;
    const path = fileOf(init, network);
    const read = files.get(path) ?? readWeights(path);
    files.set(path, read);
    const key = `${rule} ${path}`;
    const fit = fits.get(key) ?? {
      ...fitWeights(await read, await freshWeights(pipelines[i])),
      ...{ file: path, rule },
    };
    fits.set(key, fit);
    weights.push(fit.weights);
  }
  for (const path of files.keys())
    mustBeUsed(
      path,
      [...fits.values()].filter(({ file }) => file === path),
    );
  const reports = [...fits.values()].map(({ rule, file, layout, origins }) => ({
    rule,
    file,
    layout,
    origins,
  }));
  return { weights, reports };
}

/**
 * The weights of one network in its file.
 *
 * @throws {RangeError} when the file lacks an array, or has one that the network does not need
 */
export async function weightsIn(path: string, pipeline: DatasetPipeline): Promise<readonly Parameter[]> {
  const fit = fitWeights(await readWeights(path), await freshWeights(pipeline));
  mustBeUsed(path, [fit]);
  return fit.weights;
}

/** One line for each array that is found under another name or turned, and one for a file that has our names. */
export function initLines({ rule, file, layout, origins }: InitReport): string[] {
  if (layout === 'forwardflow')
    return [`init of ${rule}: ${origins.length} arrays of ${file}, by their names`];
  return [`init of ${rule}: PyTorch weights of ${file}`, ...origins.map((one) => `  ${originText(one)}`)];
}

/** In a run folder the file of this network, or of one without its seed, or the only one; else the folder, where it holds arrays. */
function fileOf(init: string, { weightsFile, settings }: Network): string {
  const there = statSync(init, { throwIfNoEntry: false });
  if (there === undefined)
    throw new Error(
      pathRefusal('init', 'a safetensors or .npz file, a folder of .npy files, or a run folder', init),
    );
  if (!there.isDirectory()) return init;
  const names = [weightsFile, `${settings.rule}.weights.safetensors`, 'weights.safetensors'];
  const found = names.map((name) => join(init, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (readdirSync(init).some((name) => name.endsWith('.npy'))) return init;
  throw new Error(
    `init must be a safetensors or .npz file, a folder of .npy files, or a run folder that holds ${names[0]}; got '${init}'`,
  );
}

/** What nobody needs is of another network. */
function mustBeUsed(path: string, fits: readonly WeightsFit[]): void {
  const [first] = fits;
  const extra = first.unused.filter((name) => fits.every(({ unused }) => unused.includes(name)));
  if (extra.length === 0) return;
  throw new RangeError(
    `weights file ${path} must hold arrays of the network only (${first.weights.map(({ name }) => name).join(', ')}); got ${extra.map(printableLine).join(', ')} too`,
  );
}
