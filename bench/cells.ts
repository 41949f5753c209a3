import {
  Arena,
  type CellPresetName,
  cellPresets,
  make,
  plainKernels,
  type Random,
  random,
  simdKernels,
  type Trains,
} from '../src/extend.ts';

const [inputs, units, vectors, slots] = [784, 256, 100, 5];

/** How long the pulses of one kind of cell take. */
interface CellSpeed {
  readonly cell: CellPresetName;
  readonly kernels: string;
  /** of a batch of 100 vector updates of 784 × 256 cells, the best of all rounds, in ms */
  readonly batch: number;
  /** in ns */
  readonly coincidence: number;
}

/** Pulse trains as MNIST gives them: a fifth of the inputs fires, in 5 slots; units fire at times. */
function trainsOf(draw: Random): Trains {
  const word = (share: number): number => {
    let bits = 0;
    for (let k = 0; k < slots; k++) if (draw.uniform() < share) bits |= 1 << k;
    return bits;
  };
  return {
    slots,
    inputs: Uint32Array.from({ length: inputs }, () => (draw.uniform() < 0.19 ? word(draw.uniform()) : 0)),
    inputSigns: new Uint8Array(inputs),
    units: Uint32Array.from({ length: units }, () => word(0.05 * Math.abs(draw.normal()))),
    unitSigns: Uint8Array.from({ length: units }, () => draw.whole(2)),
  };
}

/** Pulses of some kinds of cells, in WebAssembly and as plain loops. */
export async function cellSpeeds(rounds: number): Promise<readonly CellSpeed[]> {
  const draw = random(3);
  const batch = Array.from({ length: vectors }, () => trainsOf(draw));
  const speeds: CellSpeed[] = [];
  for (const plan of [simdKernels(), plainKernels()]) {
    const arena = Arena.over();
    const kernels = await make(plan, arena);
    for (const name of ['GokmenVlasov', 'ReRamSB', 'ReRamES'] as const) {
      const cell = await make(cellPresets[name](), undefined);
      const weights = arena.floats(inputs * units);
      const streams = { chip: random(1), random: random(2) };
      const cells = cell.cells({ arena, kernels, inputs, units, weights, ...streams });
      let [best, pulses] = [Number.POSITIVE_INFINITY, 0];
      for (let round = 0; round <= rounds; round++) {
        pulses = 0;
        const start = performance.now();
        for (const trains of batch) pulses += cells.coincide(trains);
        best = Math.min(best, performance.now() - start);
      }
      speeds.push({ cell: name, kernels: kernels.name, batch: best, coincidence: (best * 1e6) / pulses });
    }
  }
  return speeds;
}

export function cellsText(speeds: readonly CellSpeed[]): string {
  const lines = speeds.map(
    ({ cell, kernels, batch, coincidence }) =>
      `  ${cell.padEnd(14)}${kernels.padEnd(7)}${batch.toFixed(1).padStart(7)} ms a batch, ` +
      `${(10 * batch).toFixed(0).padStart(5)} µs a vector, ${coincidence.toFixed(0).padStart(4)} ns a coincidence`,
  );
  return `\npulses on ${inputs} × ${units} cells, ${vectors} vector updates of ${slots} slots\n${lines.join('\n')}\n`;
}
