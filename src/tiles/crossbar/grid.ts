import type { Random } from '../../core/random.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import type { Block, CrossbarArray } from './array.ts';
import type { ResolvedCrossbar } from './options.ts';
import { ReadPath } from './periphery/read-path.ts';
import { type Group, Side } from './side.ts';

/** Cuts a matrix into blocks of at most tileRows × tileColumns, column after column of them. */
export function blocksOf(
  inputs: number,
  units: number,
  { tileRows, tileColumns }: ResolvedCrossbar,
): Block[] {
  const columns = lengths(units, tileColumns);
  return columns.flatMap(({ first: firstUnit, length: own }) =>
    lengths(inputs, tileRows).map(({ first, length }) => ({
      ...{ firstInput: first, inputs: length, firstUnit, units: own },
    })),
  );
}

function lengths(all: number, most: number): { first: number; length: number }[] {
  const step = most === 0 ? all : most;
  return Array.from({ length: Math.ceil(all / step) }, (_, k) => ({
    first: k * step,
    length: Math.min(step, all - k * step),
  }));
}

/** The arrays as a read forward, or backward, groups them: each by itself, or all whose output lines are joined. */
export function sideOf(
  arrays: readonly CrossbarArray[],
  direction: 'forward' | 'backward',
  options: ResolvedCrossbar,
  chip: Random,
  place: Workplace,
): Side {
  const forward = direction === 'forward';
  const outputOf = ({ block }: CrossbarArray) => (forward ? block.firstUnit : block.firstInput);
  const inputOf = ({ block }: CrossbarArray) => (forward ? block.firstInput : block.firstUnit);
  const joined =
    options.summation === 'analog'
      ? [...new Set(arrays.map(outputOf))].map((at) => arrays.filter((array) => outputOf(array) === at))
      : arrays.map((array) => [array]);
  const compensates = forward && options.driftCompensation !== 'none';
  const groups = joined.map((own, k): Group => {
    const [first] = own;
    const outputs = forward ? first.block.units : first.block.inputs;
    const path = new ReadPath({
      ...{ arena: place.arena, kernels: place.kernels, outputs, forward },
      periphery: options[direction],
      arrays: own.map((array) => {
        const at = inputOf(array) - inputOf(first);
        return forward ? array.forwardLines(at) : array.backwardLines(at);
      }),
      chip: chip.fork(`${direction} converters ${k}`),
    });
    const factors = compensates ? { factors: new Float32Array(outputs).fill(1) } : {};
    return { path, firstInput: inputOf(first), firstOutput: outputOf(first), ...factors };
  });
  return new Side(groups, place);
}
