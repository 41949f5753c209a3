import { type Export, type ExportFile, fileName, type NetworkToExport } from './export.ts';
import { npyBytes } from './parts/npy-bytes.ts';

/** Weights as an `.npy` file each, a folder a network, with `names.json`: name, file and shape of each array, in the order of the layers. */
export const npy: Export = {
  name: 'npy',
  readers: 'numpy.load',
  async files(run) {
    return (await run.networks()).flatMap((network) => arrayFiles(network, network.name));
  },
};

/** @param folder  below which the files lie */
export function arrayFiles({ rule, seed, parameters }: NetworkToExport, folder: string): ExportFile[] {
  const files = parameters.map(({ name }) => `${fileName(name)}.npy`);
  const arrays = parameters.map(({ name, shape }, i) => ({ name, file: files[i], shape }));
  return [
    { name: `${folder}/names.json`, chunks: [`${JSON.stringify({ rule, seed, arrays }, null, 2)}\n`] },
    ...parameters.map(({ shape, data }, i) => ({
      name: `${folder}/${files[i]}`,
      chunks: {
        *[Symbol.iterator]() {
          yield npyBytes(shape, data);
        },
      },
    })),
  ];
}
