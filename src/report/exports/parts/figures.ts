import { must } from '../../../core/check.ts';

/** One figure at one moment of a network's training. */
export interface Figure {
  readonly rule: string;
  readonly seed: number;
  /** samples learned from so far */
  readonly samples: number;
  /** since the network's training began */
  readonly seconds: number;
  /** such as `loss`, `accuracy/test`, `throughput/samples_per_second` */
  readonly metric: string;
  /** of which layer, from 0; left out, of all */
  readonly layer?: number;
  /** of which stage, from 0; left out, of all */
  readonly stage?: number;
  readonly value: number;
}

/** A tag as TensorBoard groups them: `loss/layer0`, `utilisation/busy/stage1`, `accuracy/test`. */
export function tagOf({ metric, layer, stage }: Figure): string {
  if (layer !== undefined) return `${metric}/layer${layer}`;
  return stage === undefined ? metric : `${metric}/stage${stage}`;
}

type Json = Readonly<Record<string, unknown>>;
type Told = Pick<Figure, 'metric' | 'layer' | 'stage'> & { readonly value: unknown };

/**
 * The figures in the lines of a `metrics.jsonl`, in their order. Of moments at which equally many samples were learned the last one
 * counts. The file is not trusted: what is no finite number is left out.
 *
 * @param lines  the values of its lines
 * @param path   of the file, for errors
 * @throws {RangeError} one sentence, when a line is none of a run
 */
export function figuresIn(lines: readonly unknown[], path: string): Figure[] {
  const moments = lines.map((line, i) => momentOf(line, `line ${i + 1} of ${path}`));
  const last = new Map(moments.map((moment, i) => [momentKey(moment), i]));
  return moments.flatMap((moment, i) => {
    const { rule, seed, samples, seconds, line } = moment;
    const told = last.get(momentKey(moment)) === i ? toldOf(line) : [];
    // points of the held-out curve stand in the line after which they are known
    const all = [...told, ...heldOutOf(line)];
    return all.flatMap(({ value, ...named }) =>
      typeof value === 'number' && Number.isFinite(value)
        ? [{ rule, seed, samples, seconds, ...named, value }]
        : [],
    );
  });
}

interface Moment extends Pick<Figure, 'rule' | 'seed' | 'samples' | 'seconds'> {
  readonly line: Json;
}

function momentOf(value: unknown, thing: string): Moment {
  const line = objectOf(value);
  const { rule, seed, seconds } = line;
  const { samples } = objectOf(line.throughput);
  must(typeof rule === 'string' && rule !== '', `rule in ${thing}`, 'text', rule);
  must(isCount(seed), `seed in ${thing}`, 'a whole number, 0 or more', seed);
  must(isCount(samples), `throughput.samples in ${thing}`, 'a whole number, 0 or more', samples);
  const known = typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0;
  must(known, `seconds in ${thing}`, 'a number, 0 or more', seconds);
  return { rule, seed, samples, seconds, line };
}

function momentKey({ rule, seed, samples }: Moment): string {
  return JSON.stringify([rule, seed, samples]);
}

function toldOf(line: Json): Told[] {
  const [throughput, latency, utilisation] = [line.throughput, line.latency, line.utilisation].map(objectOf);
  const [memory, cost] = [line.memory, line.cost].map(objectOf);
  return [
    { metric: 'epoch', value: objectOf(line.progress).epoch },
    { metric: 'throughput/samples_per_second', value: throughput.samplesPerSecond },
    { metric: 'accuracy/running', value: objectOf(line.running).accuracy },
    ...byLayer(line.layers),
    ...['p50', 'p99', 'max'].map((name) => ({ metric: `latency/${name}_ms`, value: latency[name] })),
    { metric: 'utilisation/bubble', value: utilisation.bubble },
    ...byStage(utilisation.stages, 'utilisation', ['busy', 'starved', 'blocked', 'communicating']),
    ...byStage(line.opTimes, 'op_seconds', ['F', 'B', 'W', 'U'], 1e-9),
    ...listOf(memory.peakActivationBytes).map((value, stage) => ({
      ...{ metric: 'memory/peak_activation_bytes', stage, value },
    })),
    { metric: 'memory/weight_versions', value: memory.weightVersions },
    { metric: 'cost/macs_per_sample', value: cost.macsPerSample },
    { metric: 'selection/kept', value: line.kept },
  ];
}

function byLayer(layers: unknown): Told[] {
  return listOf(layers).flatMap((one) => {
    const { layer, loss, positiveGoodness, negativeGoodness, accuracy } = objectOf(one);
    if (!isCount(layer)) return [];
    return [
      { metric: 'loss', layer, value: loss },
      { metric: 'goodness/positive', layer, value: positiveGoodness },
      { metric: 'goodness/negative', layer, value: negativeGoodness },
      { metric: 'accuracy', layer, value: accuracy },
    ];
  });
}

function byStage(stages: unknown, group: string, names: readonly string[], unit = 1): Told[] {
  return listOf(stages).flatMap((one, stage) =>
    names.map((name) => {
      const value = objectOf(one)[name];
      return { metric: `${group}/${name}`, stage, value: typeof value === 'number' ? value * unit : value };
    }),
  );
}

function heldOutOf(line: Json): Told[] {
  return listOf(line.heldOut).map((point) => ({
    metric: 'accuracy/held_out',
    value: objectOf(point).accuracy,
  }));
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
