import type { Readable } from 'node:stream';
import {
  agrawal,
  hyperplane,
  isNamedData,
  type LabelPlace,
  labelPlaceFor,
  led,
  randomRbf,
  readData,
  sea,
  shuffled,
} from '../../extend.ts';
import type { SampleStream } from '../../index.ts';
import { optionsIn } from '../members/member-spec.ts';
import { nearest } from '../nearest.ts';

/** What streams, and how a network takes it. */
export interface StressSource {
  readonly stream: SampleStream;
  /** where Forward-Forward's labels go: over the first pixels of an image, else in columns in front */
  readonly labelPlace: LabelPlace;
}

export interface SourceSettings {
  readonly seed: number;
  /** the label's column of a file, by name or number */
  readonly label?: string | undefined;
  /** what `-` reads */
  readonly stdin?: Readable | undefined;
}

type Maker = (options: object) => SampleStream;
const generators: Readonly<Record<string, { readonly make: Maker; readonly takes: readonly string[] }>> = {
  sea: { make: sea, takes: ['variant', 'noise'] },
  hyperplane: { make: hyperplane, takes: ['features', 'drifting', 'magnitude', 'noise', 'sigma', 'seed'] },
  rbf: { make: randomRbf, takes: ['features', 'classes', 'centroids', 'speed', 'drifting', 'seed'] },
  led: { make: led, takes: ['noise', 'irrelevant', 'drift', 'seed'] },
  agrawal: { make: agrawal, takes: ['classification', 'variant', 'perturbation', 'balance'] },
};
const names = ['mnist', 'fashion', ...Object.keys(generators)];

/**
 * What `--source` names: `mnist`, `sea`, `sea:noise=0.1,variant=2`.
 *
 * @throws {Error} one sentence: no such source, an option that it does not have or that is out of range, data that can't be read
 */
export async function sourceOf(spec: string, settings: SourceSettings): Promise<StressSource> {
  const { seed } = settings;
  const [name, pairs] = spec.split(/:(.*)/s);
  if (Object.hasOwn(generators, name)) {
    const { make, takes } = generators[name];
    const options = optionsIn(`source ${name}`, pairs);
    const unknown = Object.keys(options).find((option) => !takes.includes(option));
    if (unknown !== undefined)
      throw new Error(
        `options of source ${name} must be some of ${takes.join(', ')}; got '${unknown}'${nearest(unknown, takes)}`,
      );
    return { stream: make({ seed, ...options }), labelPlace: 'front' };
  }
  if (isNamedData(name) && pairs === undefined) {
    const { train } = await readData(name, settings);
    if (train !== undefined)
      return { stream: shuffled(train, { seed }), labelPlace: labelPlaceFor(train, true) };
  }
  throw new Error(`source must be one of ${names.join(', ')}; got '${spec}'${nearest(name, names)}`);
}
