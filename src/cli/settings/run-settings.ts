import { resolve } from 'node:path';
import { saidInJson, text, wholeList } from './fields.ts';

/** without property escapes, which many checkers of schemas lack */
const nameInJson = { type: 'string', maxLength: 80, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$' };

/** What a run is called, starts from, and is repeated with. */
export const runSettings = {
  name: text('name', 'a name')
    .max(80, { error: 'name must be at most 80 characters; got more' })
    .regex(/^\P{Cc}+$/u, { error: 'name must be text without control characters; got some' })
    .meta(saidInJson(nameInJson))
    .optional()
    .describe('a name to find the run by: forwardflow report NAME'),
  init: text('init', 'the path of a safetensors or .npz file, of a folder of .npy files, or of a run folder')
    .transform((path) => resolve(path))
    .optional()
    .describe(
      'start from these weights: a safetensors or .npz file or a folder of .npy files, of ours or of a PyTorch state dict, or a run folder (default: fresh weights)',
    ),
  seeds: wholeList('seeds', 0, 1000)
    .optional()
    .describe('repeat the run with each of these seeds, 1..5 or 1,2,3, and print means with 95 % intervals'),
};

/** A run has one seed or several, and only a run with one can go on from a checkpoint. */
export function mustFitSeeds({ seed, seeds, checkpointEvery }: Readonly<Record<string, unknown>>): void {
  if (seeds === undefined) return;
  if (seed !== 1) throw new Error(`seed must be left out with seeds; got ${seed}`);
  if (checkpointEvery !== undefined)
    throw new Error(`checkpointEvery must be left out with seeds; got ${checkpointEvery}`);
}
