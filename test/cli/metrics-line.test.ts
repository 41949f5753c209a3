import { expect, test } from 'vitest';
import { allMeasures } from '../../src/cli/running/figures.ts';
import { MetricsLines } from '../../src/cli/running/metrics-line.ts';
import { makeMeasures } from '../../src/extend.ts';
import { valuesOf } from '../../src/report.ts';
import { arrival, op, prediction, start } from '../measures/trace.ts';

interface Line {
  readonly heldOut: readonly { readonly epoch: number; readonly samples: number }[];
}

/** Lines of a run that predicts held-out samples in two microbatches after each epoch, one line a microbatch. */
function linesOf(epochs: number): Line[] {
  const measures = makeMeasures(allMeasures);
  const lines = new MetricsLines('ff', 1);
  const all: Line[] = [];
  const add = (event: Parameters<typeof measures.heldOut.add>[0]): void => {
    for (const each of Object.values(measures)) each.add(event);
  };
  const note = (): void => {
    const { weights: _, ...figures } = valuesOf<typeof allMeasures>(measures);
    all.push(JSON.parse(JSON.stringify(lines.next(1, figures))) as Line);
  };
  add(start(1, 0));
  for (let epoch = 1; epoch <= epochs; epoch++) {
    add(arrival(epoch, 10 * epoch, { epoch: epoch - 1 }));
    add(op('U', 0, epoch, 10 * epoch, 10 * epoch + 5));
    note();
    for (const rows of [20, 10]) {
      add({ ...prediction('held', rows, rows / 2), epoch, start: 10 * epoch + 6 });
      note();
    }
    note();
  }
  return all;
}

test('a line of metrics has the points of the held-out curve that are new or have changed, and no others', () => {
  const points = linesOf(3).map(({ heldOut }) =>
    heldOut.map(({ epoch, samples }) => `${epoch}: ${samples}`).join(),
  );
  const each = (epoch: number) => ['', `${epoch}: 20`, `${epoch}: 30`, ''];
  expect(points).toEqual([...each(1), ...each(2), ...each(3)]);
});

test('a line has the other figures of the run so far', () => {
  const [first] = linesOf(1);
  expect(Object.keys(first).sort()).toEqual(
    [...Object.keys(allMeasures).filter((name) => name !== 'weights'), 'rule', 'seconds', 'seed'].sort(),
  );
});

test('units are not told before the number of weights is known', () => {
  const figures = valuesOf<typeof allMeasures>(makeMeasures(allMeasures));
  const cost = { macsPerSample: 30, units: 0 };
  const line = (units: number) => new MetricsLines('ff', 1).next(1, { ...figures, cost: { ...cost, units } });
  expect(line(0).cost).toEqual({ macsPerSample: 30 });
  expect(line(3).cost).toEqual({ macsPerSample: 30, units: 3 });
});

test('a file of metrics grows with the number of lines, not with its square', () => {
  const bytes = (lines: readonly Line[]) => JSON.stringify(lines).length;
  const [short, long] = [linesOf(100), linesOf(1000)].map(bytes);
  expect(long / short).toBeLessThan(10.5);
});

test('the last point of each epoch in all the lines is the whole curve', () => {
  const curve = new Map(linesOf(5).flatMap(({ heldOut }) => heldOut.map((point) => [point.epoch, point])));
  expect([...curve.values()].map(({ epoch, samples }) => [epoch, samples])).toEqual(
    [1, 2, 3, 4, 5].map((epoch) => [epoch, 30]),
  );
});
