import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  agrawal,
  feed,
  hyperplane,
  type LabelPlace,
  labelPlaceFor,
  led,
  parity,
  pathRefusal,
  randomRbf,
  readData,
  refusal,
  sea,
  shuffled,
  video,
} from '../../../extend.ts';
import type { Dataset, SampleStream } from '../../../index.ts';
import { optionsIn } from '../../members/member-spec.ts';

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
  /** the classes of a file: a count, or names with commas between */
  readonly classes?: string | undefined;
  /** what becomes of lines of a file that can't be used; left out, `refuse` */
  readonly unusable?: 'refuse' | 'drop' | undefined;
  /** samples of a file that are held at most; left out, as `feed` has it */
  readonly window?: number | undefined;
  /** what `-` reads */
  readonly stdin?: Readable | undefined;
}

type Maker = (options: object) => SampleStream;
const generators: Readonly<Record<string, { readonly make: Maker; readonly takes: readonly string[] }>> = {
  sea: { make: sea, takes: ['variant', 'noise'] },
  hyperplane: { make: hyperplane, takes: ['features', 'drifting', 'magnitude', 'noise', 'sigma', 'seed'] },
  rbf: { make: randomRbf, takes: ['features', 'classes', 'centroids', 'speed', 'drifting', 'seed'] },
  led: { make: led, takes: ['noise', 'irrelevant', 'drift', 'seed'] },
  parity: { make: parity, takes: ['features', 'bits', 'seed'] },
  agrawal: { make: agrawal, takes: ['classification', 'variant', 'perturbation', 'balance'] },
};
const videoTakes = ['fps', 'digit', 'fade', 'size', 'reach', 'turn', 'seed', 'of'];
/** What streams without a file. */
export const sourceNames = ['mnist', 'fashion', 'video', ...Object.keys(generators)];
const rule = `${sourceNames.join(', ')}, a file, follow:<file>, or - for standard input`;

/**
 * What `--source` names: `mnist`, `video:fps=25,of=fashion`, `sea:noise=0.1,variant=2`, `letters.csv`, `follow:log.jsonl`, `-`.
 *
 * @throws {Error} one sentence: no such source, an option that it does not have or that is out of range, data that can't be read
 */
export async function sourceOf(spec: string, settings: SourceSettings): Promise<StressSource> {
  const { seed } = settings;
  const [name, pairs] = spec.split(/:(.*)/s);
  if (Object.hasOwn(generators, name)) {
    const { make, takes } = generators[name];
    return { stream: make({ seed, ...optionsOf(name, pairs, takes) }), labelPlace: 'front' };
  }
  if (name === 'video') return videoOf(pairs, settings);
  if (name === 'mnist' || name === 'fashion') {
    optionsOf(name, pairs, []);
    const train = await imagesOf(name, settings);
    return { stream: shuffled(train, { seed }), labelPlace: labelPlaceFor(train, true) };
  }
  const follow = name === 'follow' && pairs !== undefined;
  const path = follow ? pairs : spec;
  if (path !== '-' && !existsSync(path))
    throw new Error(pathRefusal('source', rule, spec, [...sourceNames, 'follow'], path));
  const { label, classes, unusable, window, stdin } = settings;
  const stated = { label, unusable, window, stdin, classes: classesIn(classes) };
  return { stream: await feed(path, { ...stated, follow }), labelPlace: 'front' };
}

async function videoOf(pairs: string | undefined, settings: SourceSettings): Promise<StressSource> {
  const { of = 'mnist', fps, digit, fade, ...rest } = optionsOf('video', pairs, videoTakes);
  const train = await imagesOf(String(of), settings);
  const renamed = { framesPerSecond: fps, digitFrames: digit, fadeFrames: fade };
  const given = Object.entries({ ...renamed, ...rest }).filter(([, value]) => value !== undefined);
  const stream = video(train, { seed: settings.seed, ...Object.fromEntries(given) });
  return { stream, labelPlace: stream.width > train.classes ? 'over' : 'front' };
}

async function imagesOf(name: string, { seed }: SourceSettings): Promise<Dataset> {
  const { train, name: shown } = await readData(name, { seed });
  if (train === undefined) throw new Error(`${shown} must have samples to learn from; got a test set alone`);
  return train;
}

function optionsOf(name: string, pairs: string | undefined, takes: readonly string[]) {
  const options = optionsIn(`source ${name}`, pairs);
  const unknown = Object.keys(options).find((option) => !takes.includes(option));
  if (unknown === undefined) return options;
  const rule = takes.length === 0 ? 'left out' : `some of ${takes.join(', ')}`;
  throw new Error(refusal(`options of source ${name}`, rule, unknown, takes));
}

/** `10` is a count, `no,yes` are names. */
function classesIn(text: string | undefined): number | readonly string[] | undefined {
  if (text === undefined) return undefined;
  return /^\s*\d+\s*$/.test(text) ? Number(text) : text.split(',').map((name) => name.trim());
}
