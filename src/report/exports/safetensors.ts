import { arrayPieces } from '../files/named-arrays.ts';
import type { Export } from './export.ts';

/** Weights as safetensors, a file a network; rule, seed, classes and scaling stand in `__metadata__`. */
export const safetensors: Export = {
  name: 'safetensors',
  readers: 'safetensors of PyTorch, JAX and NumPy',
  async files(run) {
    return (await run.networks()).map(({ name, parameters, metadata }) => ({
      name: `${name}.safetensors`,
      chunks: arrayPieces(`${name}.safetensors`, parameters, metadata),
    }));
  },
};
