import { must, mustBeWhole } from '../../core/check.ts';
import type { State } from '../../core/state.ts';
import { readArrays, writeArrays } from './named-arrays.ts';

/** A checkpoint, and whatever else must survive with it. */
export interface StoredCheckpoint {
  /** microbatches that every stage has learned from */
  readonly microbatch: number;
  readonly state: State;
  /** free text under free keys */
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * Writes a checkpoint as safetensors: each array of the state a tensor of one dimension, the microbatch in the metadata.
 *
 * @param path  the file; one of this name is replaced once the new one is whole
 * @throws {Error} with the file's name, as the file system says
 */
export async function writeCheckpoint(
  path: string,
  { microbatch, state, notes }: StoredCheckpoint,
): Promise<void> {
  const arrays = Object.entries(state).map(([name, data]) => ({ name, shape: [data.length], data }));
  await writeArrays(path, arrays, { ...notes, microbatch: String(microbatch) });
}

/**
 * Reads what `writeCheckpoint` wrote. The file is not trusted.
 *
 * @throws {RangeError} one sentence that names the file, the rule it breaks and the value found
 * @throws {Error} as the file system says
 */
export async function readCheckpoint(path: string): Promise<StoredCheckpoint> {
  const { arrays, metadata } = await readArrays(path);
  const { microbatch: text, ...notes } = metadata;
  must(text !== undefined, `checkpoint ${path}`, 'one that says its microbatch', 'none');
  const microbatch = Number(text);
  mustBeWhole(microbatch, `microbatch of checkpoint ${path}`, 0);
  return { microbatch, state: Object.fromEntries(arrays.map(({ name, data }) => [name, data])), notes };
}
