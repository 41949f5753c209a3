import type { Measure } from './measure.ts';

export interface Selectivity {
  /** share of the samples that were learned from, a mean over the layers that leave some out; null where none does */
  readonly kept: number | null;
  readonly layers: readonly LayerSelectivity[];
}

export interface LayerSelectivity {
  /** place in the pipeline, from 0 */
  readonly layer: number;
  /** share of the samples that it learned from, 0 to 1 */
  readonly kept: number;
  /** the same over time: each part begins at a microbatch, of those learned from, and the last one goes on [≤ 128] */
  readonly parts: readonly { readonly microbatch: number; readonly kept: number }[];
}

/** Samples of a layer, or of the stage that it is on, by parts of the run. */
type Counts = number[];

const most = 128;

/** How much of what comes each layer learns from, of those that leave samples out, counted from the W of every microbatch. */
export function selectivity(): Measure<Selectivity> {
  /** microbatches of a part: where there would be too many parts, two become one */
  let length = 1;
  /** microbatches that were learned from before this run */
  let before = 0;
  /** W of each stage in this run [stages] */
  const weighed: number[] = [];
  const came = new Map<number, Counts>();
  const left = new Map<number, Counts>();
  /** of each layer that leaves some out */
  const stageOf = new Map<number, number>();
  const halve = (parts: Counts): void => {
    const halves = Math.ceil(parts.length / 2);
    for (let i = 0; i < halves; i++) parts[i] = (parts[2 * i] ?? 0) + (parts[2 * i + 1] ?? 0);
    parts.length = halves;
  };
  const count = (of: Map<number, Counts>, key: number, part: number, samples: number): void => {
    const parts = of.get(key) ?? [];
    of.set(key, parts);
    while (parts.length <= part) parts.push(0);
    parts[part] += samples;
  };
  return {
    add(event) {
      if (event.kind === 'start') before = event.from ?? 0;
      if (event.kind !== 'op' || event.op !== 'W' || event.again) return;
      const { stage, rows, layers = [] } = event;
      // the event's own number counts predictions too
      const place = weighed[stage] ?? 0;
      weighed[stage] = place + 1;
      const microbatch = before + place;
      while (Math.floor(microbatch / length) >= most) {
        length *= 2;
        for (const one of [...came.values(), ...left.values()]) halve(one);
      }
      const part = Math.floor(microbatch / length);
      count(came, stage, part, rows);
      for (const { layer, kept } of layers) {
        if (kept === undefined) continue;
        stageOf.set(layer, stage);
        count(left, layer, part, rows - kept);
      }
    },
    value() {
      const layers = [...left]
        .sort(([a], [b]) => a - b)
        .map(([layer, out]) => {
          const rows = came.get(stageOf.get(layer) as number) ?? [];
          const parts = rows.flatMap((of, part) =>
            of === 0 ? [] : [{ microbatch: part * length, kept: (of - (out[part] ?? 0)) / of }],
          );
          const all = sum(rows);
          return { layer, kept: (all - sum(out)) / all, parts };
        });
      const kept = layers.length === 0 ? null : sum(layers.map((one) => one.kept)) / layers.length;
      return { kept, layers };
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
